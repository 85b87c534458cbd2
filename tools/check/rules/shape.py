"""Every file has only known keys, all that are needed, and values of the right kind."""

from __future__ import annotations

from functools import cache
from typing import Any, Iterator, List, Optional, Tuple

from jsonschema import Draft7Validator, ValidationError, validators

from common.yaml_files import read_yaml
from tools.check.problem import Problem
from tools.check.project import SHAPES, Project
from tools.check.yaml_file import UnquotedDate, YamlFile


def check(project: Project) -> Iterator[Problem]:
    """Report what breaks a file's schema (tools/check/shapes)."""
    for path, file in project.files.items():
        shape = project.shape_of(path)
        if shape:
            yield from _problems(file, shape)


@cache
def _problems(file: YamlFile, shape: str) -> List[Problem]:
    odd_keys = list(_odd_keys(file.data))
    if odd_keys:
        message = "YAML reads a key here as {!r}, which is no text; put the key in quotes"
        return [Problem(file.path, file.line(*keys[:-1]), message.format(keys[-1])) for keys in odd_keys]
    return [_problem(file, error) for error in _validator(shape).iter_errors(file.data)]


@cache
def _validator(shape: str) -> Draft7Validator:
    return _Validator(read_yaml(SHAPES / f"{shape}.yml"))


def _items(validator: Draft7Validator, items: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    """As the validator's own, but a list of plain texts passes at a glance: the pattern files have thousands of them."""
    plain = isinstance(items, dict) and items.get("type") == "string" and set(items) <= {"type", "minLength", "description"}
    shortest = items.get("minLength", 0) if plain else 0
    if not (plain and isinstance(instance, list) and all(isinstance(item, str) and len(item) >= shortest for item in instance)):
        yield from Draft7Validator.VALIDATORS["items"](validator, items, instance, schema)


_Validator = validators.extend(Draft7Validator, {"items": _items})


def _odd_keys(data: Any, above: Tuple = ()) -> Iterator[Tuple]:
    """The ways to keys that are no text, such as NO, which YAML takes for false."""
    entries = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in entries:
        if isinstance(data, dict) and not isinstance(key, str):
            yield (*above, key)
        else:
            yield from _odd_keys(value, (*above, key))


def _problem(file: YamlFile, error: ValidationError) -> Problem:
    keys = list(error.absolute_path)
    where = ".".join(str(key) for key in keys) or "the file"
    if error.validator == "additionalProperties":
        keys.append(_unknown(error)[0])
    elif "propertyNames" in error.schema_path:
        keys.append(error.instance)
    wrong, mend = _words(error)
    own_mend = error.schema.get("description") if isinstance(error.schema, dict) else None
    return Problem(
        file.path, file.line(*keys), f"{where}: {wrong}; {mend or own_mend or 'mend it, or put it in quotes if it is meant as text'}"
    )


def _words(error: ValidationError) -> Tuple[str, Optional[str]]:
    """What is wrong, and a mend for it; None where the schema's own description is the better one."""
    value, wanted = error.instance, error.validator_value
    if error.schema is False:
        return "this has no place here", "move it to a file under data/"
    if isinstance(value, UnquotedDate):
        return "a date without quotes breaks the training", "put it in quotes"
    if error.validator == "additionalProperties":
        known = ", ".join(sorted(error.schema.get("properties", {})))
        return f"unknown key {', '.join(repr(key) for key in _unknown(error))}", f"use one of: {known}"
    if error.validator == "required":
        return f"{error.message.split(' is a required')[0]} is missing", "add it"
    if error.validator == "enum":
        return f"{_short(value)} is not allowed", f"use one of: {', '.join(wanted)} (yes and no in quotes)"
    if error.validator == "const":
        return f"{_short(value)} is not allowed", f"write {wanted!r}"
    if error.validator == "type":
        kinds = [wanted] if isinstance(wanted, str) else wanted
        return f"{_short(value)} is not {' or '.join(_KINDS[kind] for kind in kinds)}", None
    detail = f" ({error.validator} {wanted})" if isinstance(wanted, (int, bool)) else ""
    return f"{_short(value)} is wrong{detail}", None


_KINDS = {
    "string": "text",
    "object": "a mapping",
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
}


def _unknown(error: ValidationError) -> List[str]:
    return [key for key in error.instance if key not in error.schema.get("properties", {})]


def _short(value: Any) -> str:
    """A value as a message can show it."""
    words = repr(value)
    return words if len(words) <= 40 else f"{words[:37]}..."
