"""What a message type's fields are, in terms that a table's columns follow. Pure."""

from dataclasses import dataclass, replace

from msgspec import inspect

from registration.errors import DeclarationError

TEXT, NAME, INTEGER, NUMBER, TRUTH, TIME, JSON = "text", "name", "integer", "number", "truth", "time", "json"
_LONGEST_NAME = 500  # characters; a longer text has a column without a bound of its own
_COMMON = ("student_id", "timestamp", "message_id", "schema")


@dataclass(frozen=True)
class Field:
    """One field of a message: `length` in characters, of a `name` only."""

    name: str
    kind: str
    is_optional: bool = False
    length: int | None = None
    is_required: bool = True  # it has no default


def fields_of(message: type) -> tuple[Field, ...]:
    """The fields of a message type besides those that all share, in order.

    `str` is a text; `Annotated[str, msgspec.Meta(max_length=n)]` with n up to 500 a name; `int`, `float`,
    `bool` and `datetime` what they say; dicts, lists and structs JSON; with `| None`, optional.
    Raises DeclarationError for a field of another type.
    """
    info = inspect.type_info(message)
    if not isinstance(info, inspect.StructType):
        raise DeclarationError(f"{message!r} is no message type: derive it from Message")
    return tuple(
        replace(_field(field.encode_name, field.type), is_required=field.required)
        for field in info.fields
        if field.name not in _COMMON
    )


def _field(name: str, kind: inspect.Type) -> Field:
    alternatives = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
    given = [one for one in alternatives if not isinstance(one, inspect.NoneType)]
    is_optional = len(given) < len(alternatives)
    if len(given) == 1 and isinstance(given[0], inspect.StrType):
        length = given[0].max_length
        is_name = length is not None and length <= _LONGEST_NAME
        return Field(name, NAME if is_name else TEXT, is_optional, length if is_name else None)
    return Field(name, _kind(name, given), is_optional)


def _kind(name: str, given: list[inspect.Type]) -> str:
    if len(given) == 1:
        for types, kind in _KINDS:
            if isinstance(given[0], types):
                return kind
    raise DeclarationError(
        f"field {name!r} has a type that no column holds; "
        "allowed: str, int, float, bool, datetime, dict, list"
    )


_KINDS: tuple[tuple[tuple[type, ...], str], ...] = (
    ((inspect.BoolType,), TRUTH),
    ((inspect.IntType,), INTEGER),
    ((inspect.FloatType,), NUMBER),
    ((inspect.DateTimeType,), TIME),
    ((inspect.DictType, inspect.ListType, inspect.VarTupleType, inspect.StructType, inspect.AnyType), JSON),
)
