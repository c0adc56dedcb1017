"""What is said about customers' records, in both languages."""

from __future__ import annotations

from typing import Final

CUSTOMERS: Final[dict[str, tuple[str, str]]] = {
    "no_customer": (
        "没有这位客户，请刷新客户列表后再试。",
        "There is no such customer; read the list of customers again.",
    ),
    "no_customer_of": (
        "号码 {phone} 没有客户资料，请用 lab customers list 查看已有的号码。",
        "There is no record of {phone}; see lab customers list for the numbers there are.",
    ),
    "no_customer_here": (
        "这通电话没有可以登记的客户号码，请在通话小结里说明。",
        "This call has no customer's number to keep a record under; write it in the summary.",
    ),
    "customer_known": (
        "号码 {phone} 已有客户资料，请修改原有资料。",
        "There is a record of {phone} already; edit that one.",
    ),
    "customer_changed": (
        "{by} 在 {at} 已修改这份客户资料，您的修改尚未保存，请核对后再保存。",
        "{by} changed this record at {at}, and your changes are not saved yet; look at it and save "
        "again.",
    ),
    "bad_customer_phone": (
        "“{phone}”不是电话号码，请写成 13800138000、01062340001 或 +8613800138000 这样的号码。",
        "“{phone}” is no telephone number; write it as 13800138000, 01062340001 or +8613800138000.",
    ),
    "sheet_empty": (
        "文件里没有客户，请在表头下面至少写一行。",
        "There are no customers in the file; write at least one row below its head.",
    ),
    "sheet_too_large": (
        "文件超过 {most} MB，请分成几个文件导入。",
        "The file is larger than {most} MB; import it in several files.",
    ),
    "sheet_not_text": (
        "文件不是 UTF-8 或 GB18030 编码的 CSV，请在表格软件里另存为“CSV UTF-8”后再导入。",
        "The file is no CSV in UTF-8 or GB18030; save it as “CSV UTF-8” in your spreadsheet and "
        "import that.",
    ),
    "sheet_no_phone": (
        "表头里没有电话这一栏，请在第一行写上栏目名：{zh}（英文为 {en}）。",
        "The head has no column for the number; write the columns' names in the first row: {en} "
        "(in Chinese {zh}).",
    ),
    "sheet_column": (
        "“{column}”不是客户资料的栏目，请删去这一列，或改成其中之一：{zh}（英文为 {en}）。",
        "“{column}” is no column of a customer's record; take it out or name it one of {en} (in "
        "Chinese {zh}).",
    ),
    "sheet_column_twice": (
        "“{column}”一栏出现了两次，请只留一列。",
        "The column “{column}” stands there twice; keep one of them.",
    ),
    "sheet_more": (
        "另有 {rest} 行有错，请改好以上各行后再试。",
        "Another {rest} rows are wrong; try again when these are right.",
    ),
    "row_broken": (
        "第 {line} 行：引号不成对或内容过长，请改正这一行。",
        "Line {line}: quotation marks do not match, or a cell is too long; correct this row.",
    ),
    "row_cells": (
        "第 {line} 行：单元格多于表头的 {most} 栏，请检查多余的逗号。",
        "Line {line}: there are more cells than the {most} columns of the head; look for a comma "
        "too many.",
    ),
    "row_phone": (
        "第 {line} 行：“{phone}”不是电话号码，请写成 13800138000 这样的号码。",
        "Line {line}: “{phone}” is no telephone number; write it as 13800138000.",
    ),
    "row_twice": (
        "第 {line} 行：这个号码在第 {first} 行已出现，请只留一行。",
        "Line {line}: this number stands in line {first} already; keep one of them.",
    ),
    "row_text": (
        "第 {line} 行：“{zh}”（{en}）太长或含有看不见的字符，请改正。",
        "Line {line}: “{en}” ({zh}) is too long or holds characters that cannot be seen; correct "
        "it.",
    ),
    "nothing_to_change": (
        "没有要修改的内容，请至少改一项。",
        "Nothing is to be changed; change at least one field.",
    ),
}
