"""Every table of the operations database, together."""

from __future__ import annotations

from storage.operations import (
    alert_models,
    digest_models,
    models,
    outbox_models,
    people_models,
    quality_models,
    survey_models,
)
from storage.operations.base import Base

TABLES = (
    alert_models,
    digest_models,
    models,
    outbox_models,
    people_models,
    quality_models,
    survey_models,
)
METADATA = Base.metadata
