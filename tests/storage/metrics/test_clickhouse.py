"""What is read beside plain answers: on ClickHouse the same as of the embedded engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import Connection

from storage.calendars import EVERY_TEAM, BusinessCalendar
from storage.insights.reasons import find_reasons
from storage.insights.scope import Scope
from storage.insights.self_service import find_self_service
from storage.insights.staffing import find_staffing
