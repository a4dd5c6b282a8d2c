"""Annotations as points, in the form that Grafana reads."""

from blinkenlights.kinds.line_protocol import head, microseconds, text_field
from blinkenlights.store.annotations import Annotation

MEASUREMENT = "annotations"
_FIELDS = ("text", "title", "tags", "by")


def line_of(annotation: Annotation) -> str:
    """Return the line of an annotation: its tags as tags, to search by, and as a field, to show."""
    said = {
        "text": annotation.text,
        "title": annotation.title,
        "tags": ",".join(f"{key}={value}" for key, value in sorted(annotation.tags.items())),
        "by": annotation.by,
    }
    # A tag of the name of a field could not be asked for.
    tags = {f"{key}_" if key in _FIELDS else key: value for key, value in annotation.tags.items()}
    fields = ",".join(f"{key}={text_field(value)}" for key, value in said.items())
    return f"{head(MEASUREMENT, tags)} {fields} {microseconds(annotation.time)}"
