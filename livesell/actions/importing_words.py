"""Every sentence about a row or a file that is being imported, by its code.

The pages have the same codes in 中文 and English (`messages-import-*.js`); a test holds them to
this list. Words in {braces} are filled in from the problem's `data`.
"""

from typing import Any

# What keeps a row from being imported.
WRONG: dict[str, str] = {
    "missing_title": "There is no title. Write one; viewers see it.",
    "missing_price": "There is no price. Write one, such as 12.50.",
    "bad_price": "This is no price. Write it like 12.50, with two decimals at most.",
    "bad_price_whole": "This is no price. Write it like 1250; this currency has no decimals.",
    "negative": "A price cannot be below zero.",
    "comma": "It is not certain what the comma means. Write 12.50 or 1,250.00.",
    "other_currency": "This sign belongs to another currency than {currency}. Correct the price, "
    "or name its currency in a column of its own.",
    "bad_whole": "This is no whole number. Write digits alone, such as 100.",
    "bad_currency": "This currency is not known. Use one of: {known}.",
    "formula": "This cell holds a formula. Copy it and paste it as a value, so that it is certain "
    "what is imported.",
    "error_value": "This cell holds an error of the spreadsheet. Write the value itself.",
    "date": "The spreadsheet has made a date of this cell. Format it as text, then write it again.",
    "bad_id": "An id uses a-z, 0-9 and hyphens inside, 48 characters at most. Correct it, or leave "
    "it blank to have one made.",
    "twice_id": "Row {row} is the same product. Keep one of the two rows.",
    "ambiguous": "The catalogue has several products with this {field}. Write the id of the one "
    "that is meant.",
    "too_many_cells": "This row has more cells than the heading. Perhaps a comma inside a text has "
    "no quotation marks around it.",
    "empty_text": "This text shows nothing. Write something.",
    "text_too_long": "This text is too long: {most} characters are the most.",
    "control_characters": "There are invisible control characters in this text. Type it again.",
    "markup": "Markup such as <b> is not allowed here. Use plain text.",
    "out_of_range": "This number is out of range.",
    "bad_was": "The price struck through has to be higher than the price.",
    "donation_above_price": "More would go to the fund than the price. Correct one of the two.",
    "below_floor": "The price is below its floor. Correct one of the two.",
    "bad_limit": "The limit for a person has to be a whole number from 1. Leave it blank for none.",
    "bad_badges": "A product has at most 4 badges of 16 characters each.",
    "bad_image": "The address begins with https:// or /, without blanks or quotation marks.",
    "unfit": "This value cannot be kept: {why}",
}

# What is imported all the same, and worth a look.
WARNINGS: dict[str, str] = {
    "much_cheaper": "The price falls to less than half. Is that meant?",
    "free": "The price is zero. Is that meant?",
    "same_sku": "Row {row} has the same SKU.",
    "cut": "This text was cut to {most} characters.",
    "is_draft": "This product is a draft in Shopify.",
    "is_archived": "This product is archived in Shopify.",
    "was_left_out": "The compare-at price is not above the price, so it is left out.",
    "stock_below_zero": "The stock is below zero; 0 is taken.",
}

# What is said of the whole file.
NOTES: dict[str, str] = {
    "read_as_gb18030": "The file is not in UTF-8; it was read as Chinese Excel writes it. Look "
    "whether the titles are right.",
    "merged_filled": "Merged cells that were read with the value of their area: {n}.",
    "unknown_columns": "These columns are not used: {columns}.",
    "is_shopify": "This is Shopify's product file. Each variant becomes a product of its own.",
    "pictures_skipped": "Rows that hold further pictures only were left out: {n}.",
    "sheet_used": "Only the sheet {sheet} was read. Import what is on {others} from files of "
    "their own.",
    "catalogue_full": "The catalogue holds at most {most} products; this file would make it "
    "{would}. Remove some products, or import fewer.",
}

_ALL = {**WRONG, **WARNINGS, **NOTES}


def sentence(code: str, data: dict[str, Any]) -> str:
    """The English sentence of a code."""
    return _ALL[code].format(**data)
