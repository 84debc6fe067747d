"""Bodies in which every field is known: one that is not would be passed over in silence, and its sender misled."""

from typing import Any

from rest_framework import serializers


class SerializadorEstricto(serializers.Serializer[Any]):
    """400 for a field that is not of this body, or that only an answer has."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            known = [name for name, field in self.fields.items() if not field.read_only]
            unknown = sorted(str(name) for name in data if name not in known)
            if unknown:
                raise serializers.ValidationError(
                    {name[:60]: [f"No se conoce; use {', '.join(known)}."] for name in unknown[:20]}
                )
        return super().to_internal_value(data)
