"""The fields of allauth's forms in the admin's look."""

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString
from unfold.widgets import INPUT_CLASSES

register = template.Library()


@register.filter
def con_estilo(campo: BoundField) -> SafeString:
    """The field's own input, with the classes of unfold and without a placeholder, which repeats the label."""
    campo.field.widget.attrs.pop("placeholder", None)
    return campo.as_widget(attrs={"class": " ".join(INPUT_CLASSES)})
