"""What it takes to play a customer: mind, mouth and call. The carrier loads it with its first call."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from classroom.errors import Unplayable
from classroom.practice.call import PracticeCall
from classroom.practice.customer import Customer
from classroom.practice.mouth import Mouth
from classroom.practice.orders import Part, PlaceCall
from classroom.speech.cache import ClipCache
from classroom.words import spoken
from scenarios.errors import ScenarioError
from scenarios.load import find
from scenarios.mind import Mind, mind_of

_tones = cache(ClipCache)


def player_of(
    order: PlaceCall, tones: Path, tell: Callable[[Part], None]
) -> Callable[[], PracticeCall]:
    """Make up a customer's mind; who is returned begins the call, on the loop. Raises Unplayable."""
    try:
        mind = mind_of(find(order.scenario, order.packs), seed=order.seed)
    except ScenarioError as error:
        raise Unplayable(error.told(spoken())) from error
    except OSError as error:
        raise Unplayable(str(error)) from error
    return partial(_call, order, mind, _tones(tones), tell)


def _call(
    order: PlaceCall, mind: Mind, tones: ClipCache, tell: Callable[[Part], None]
) -> PracticeCall:
    voice = mind.scenario.persona.voice
    mouth = Mouth(order.clips, tones, voice.name, voice.speed)
    customer = Customer(
        mind,
        order_id=order.order_id,
        seconds_of=mouth.seconds,
        give_up_after=order.give_up_after,
        knows_menu=order.knows_menu,
    )
    return PracticeCall(order, customer, mouth, tell)
