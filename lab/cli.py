"""The command ``lab``: serve, seat, console, demo, ivr, people, scenario, grade, doctor."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from lab import errors, ivr
from lab.cli_calls import calls
from lab.cli_customers import customers
from lab.cli_letters import letters
from lab.cli_queue import queue
from lab.cli_report import report
from lab.cli_text import text
from lab.options import Data, Json, Packs, Tongue, said_before, speaking
from lab.usage import Commands, Front, front
from lab.words import Lang, Words

app = Commands(
    cls=Front,
    callback=front,
    name="lab",
    add_completion=False,
    pretty_exceptions_enable=False,
)
trunk = Commands()
tls = Commands()
people = Commands()
scenario = Commands()
app.add_typer(tls, name="tls")
app.add_typer(trunk, name="trunk")
app.add_typer(ivr.commands, name="ivr")
app.add_typer(people, name="people")
app.add_typer(scenario, name="scenario")
app.add_typer(queue, name="queue")
app.add_typer(customers, name="customers")
app.add_typer(letters, name="letters")
app.add_typer(calls, name="calls")
app.add_typer(text, name="text")
app.command("report")(report)


@app.command()
def serve(
    context: typer.Context,
    data: Data,
    host: str | None = None,
    sip_port: int | None = None,
    http_port: int | None = None,
    rtp_ports: Annotated[
        str | None,
        typer.Option(metavar="A-B"),
    ] = None,
    advertise: str | None = None,
    demo_class: Annotated[bool, typer.Option("--demo-class")] = False,
    lang: Annotated[
        Lang | None,
        typer.Option("--lang", callback=speaking),
    ] = None,
    voice: Literal["auto", "kokoro", "tone"] | None = None,
    smtp: Annotated[int | None, typer.Option(metavar="PORT")] = None,
    announce: Annotated[bool, typer.Option("--announce")] = False,
) -> None:
    """Start the classroom server; Ctrl-C ends it."""
    from lab import server

    server.run(
        data,
        network={
            "host": host,
            "sip_port": sip_port,
            "http_port": http_port,
            "advertise": advertise,
            **server.port_range(rtp_ports),
        },
        lang=lang or said_before(context),
        voice=voice,
        smtp=smtp,
        demo_class=demo_class,
        announce=announce,
    )


@app.command()
def seat(
    server: str = "",
    login: str = "",
    fingerprint: str = "",
    lang: Tongue = "zh",
) -> None:
    """Sit down at a seat."""
    errors.need_terminal()
    server = errors.need_server(server)
    from lab.seat.app import run_seat  # What is missing is told before a second of loading.

    run_seat(server=server, login=login, lang=lang, fingerprint=fingerprint)


@app.command()
def console(
    server: str = "",
    login: str = "",
    lang: Tongue = "zh",
) -> None:
    """Open the instructor's console."""
    errors.need_terminal()
    server = errors.need_server(server)
    from lab.console.app import run_console  # What is missing is told before a second of loading.

    run_console(server=server, login=login, lang=lang)


@app.command()
def demo(
    auto: Annotated[bool, typer.Option("--auto")] = False,
    as_json: Json = False,
    seed: int = 7,
    scenario_id: Annotated[str | None, typer.Option("--scenario")] = None,
    lang: Tongue = "zh",
    data: Path | None = None,
    voice: Literal["auto", "kokoro", "tone"] = "auto",
) -> None:
    """Everything in one command: a server, a class, a customer who calls, and you at the seat."""
    from lab import demo as stage

    order = stage.Order(seed=seed, scenario=scenario_id, lang=lang, data=data, voice=voice)
    stage.run(order, auto=auto, as_json=as_json)


@people.command("list")
def people_list(
    data: Data,
    as_json: Json = False,
    reveal: Annotated[bool, typer.Option("--reveal")] = False,
    lang: Tongue = "zh",
) -> None:
    """Who is known here, with role and extension."""
    from lab import roster

    roster.list_people(data, as_json=as_json, reveal=reveal)


@trunk.command("list")
def trunk_list(data: Data, as_json: Json = False, lang: Tongue = "zh") -> None:
    """Every trunk of this folder."""
    from lab import trunk as lines

    lines.list_all(data, as_json=as_json)


@trunk.command("add")
def trunk_add(
    name: Annotated[str, typer.Argument(metavar="NAME")],
    data: Data,
    host: Annotated[str, typer.Option()],
    port: int = 5060,
    transport: Annotated[Literal["udp", "tcp", "tls"], typer.Option(metavar="<str>")] = "udp",
    user: str = "",
    password: Annotated[str, typer.Option(envvar="LAB_TRUNK_PASSWORD")] = "",
    number: list[str] | None = None,
    line: Annotated[Literal["practice", "live"], typer.Option(metavar="<str>")] = "live",
    ca: Path | None = None,
    lang: Tongue = "zh",
) -> None:
    """Add a trunk."""
    from lab import trunk as lines

    lines.add(
        data, name, host=host, port=port, transport=transport, user=user, password=password,
        numbers=number or [], line=line, ca=ca,
    )  # fmt: skip


@trunk.command("remove")
def trunk_remove(
    name: Annotated[str, typer.Argument(metavar="NAME")], data: Data, lang: Tongue = "zh"
) -> None:
    """Take a trunk out."""
    from lab import trunk as lines

    lines.remove(data, name)


@trunk.command("check")
def trunk_check(
    name: Annotated[str, typer.Argument(metavar="NAME")],
    data: Data,
    call: str = "",
    as_json: Json = False,
    lang: Tongue = "zh",
) -> None:
    """Try a trunk out and say what was seen and what to do.

    Exit codes: 3 not reached, 4 not admitted, 5 no call, 6 no sound.
    """
    from lab import trunk as lines

    lines.check(data, name, call=call, as_json=as_json)


@tls.command("show")
def tls_show(data: Data, as_json: Json = False, lang: Tongue = "zh") -> None:
    """The fingerprint that seats compare, the addresses the certificate names, until when it holds."""
    from lab import tls as papers

    papers.show(data, as_json=as_json)


@tls.command("renew")
def tls_renew(data: Data, as_json: Json = False, lang: Tongue = "zh") -> None:
    """Make the server's certificate anew; the school's, and so the fingerprint, stays.

    A running server takes it within a minute, and no call is interrupted.
    """
    from lab import tls as papers

    papers.renew(data, as_json=as_json)


@scenario.command("list")
def scenario_list(
    lang: Annotated[Lang | None, typer.Option(callback=speaking)] = None,
    pack: Packs = None,
) -> None:
    """Every customer that can call."""
    from lab import callers

    callers.list_all(lang, pack or [])


@scenario.command("check")
def scenario_check(
    files: list[Path],
    lang: Tongue = "zh",
) -> None:
    """Find the mistakes of scenario files: each as FILE:LINE: what to do."""
    from lab import callers

    callers.check_files(files, Words(lang))


@scenario.command("play")
def scenario_play(
    scenario_id: Annotated[str, typer.Argument(metavar="ID")],
    seed: int = 7,
    pack: Packs = None,
    lang: Annotated[
        Lang | None,
        typer.Option("--lang", callback=speaking),
    ] = None,
) -> None:
    """Talk to a customer here in the terminal, by text, without a telephone."""
    from lab import callers

    callers.play(scenario_id, seed, pack or [], lang)


@app.command()
def grade(
    call_id: Annotated[str, typer.Argument(metavar="CALL_ID")],
    data: Data,
    as_json: Json = False,
    lang: Tongue = "zh",
) -> None:
    """Grade a stored call again: the same evidence gives the same score."""
    from lab import records

    records.grade_again(call_id, data, as_json=as_json)


@app.command()
def load(
    users: Annotated[int, typer.Option(min=1, envvar="LAB_LOAD_USERS")] = 50,
    seconds: Annotated[int, typer.Option(min=1, envvar="LAB_LOAD_SECONDS")] = 120,
    talk: Annotated[float, typer.Option(min=2.0, envvar="LAB_LOAD_TALK")] = 8.0,
    report: Annotated[Path, typer.Option(envvar="LAB_LOAD_REPORT")] = Path("load-report"),
    lang: Tongue = "zh",
) -> None:
    """Callers by the dozen against a server of its own; fails when one call fails.

    Ends with 1 where a call failed or a rule was broken, with 2 where it could not begin,
    with 130 after Ctrl-C.
    """
    from lab.load import run

    run.run(run.Order(users=users, seconds=seconds, talk=talk, report=report, lang=lang))


@app.command()
def settings(data: Data, as_json: Json = False, lang: Tongue = "zh") -> None:
    """Every setting of a folder in its group: present value and meaning."""
    from lab import parameters

    parameters.show(data, as_json=as_json)


@app.command()
def doctor(
    data: Path = Path("."),
    sip_port: int | None = None,
    http_port: int | None = None,
    lang: Tongue = "zh",
) -> None:
    """Say what is missing on this machine and how to get it, and what the firewall must let in."""
    from lab import doctor as consulting_room

    consulting_room.report(data, sip_port, http_port)


def known() -> tuple[type[Exception], ...]:
    """What may go wrong in a way that one sentence explains; anything else is a bug and shows its trace."""
    # The rooms are loaded by the commands that need them: most need few, and loading takes longest.
    from classroom.errors import ClassroomError
    from grader.errors import GraderError
    from scenarios.errors import ScenarioError
    from scripts_library.errors import ScriptError
    from telephony.errors import TelephonyError

    return (
        errors.LabError,
        ClassroomError,
        GraderError,
        ScenarioError,
        ScriptError,
        TelephonyError,
        OSError,
    )


def main() -> None:
    """Run the command line; every known failure is one clear sentence and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        errors.legible(stream)
    try:
        app()
    except Exception as error:
        if not isinstance(error, known()):
            raise
        sys.exit(errors.show(error))


if __name__ == "__main__":
    main()
