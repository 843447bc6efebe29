"""Whatever an insight found, as a report and as JSON for scripts."""

from __future__ import annotations

from typing import Any, assert_never

from bot.blocks.insight_export import reasons_json, self_service_json, staffing_json
from bot.blocks.reasons import reasons_report
from bot.blocks.report import Report
from bot.blocks.self_service import self_service_report
from bot.blocks.staffing import staffing_report
from storage.insights.reasons import FoundReasons
from storage.insights.self_service import FoundSelfService
from storage.insights.staffing import FoundStaffing

Found = FoundReasons | FoundSelfService | FoundStaffing


def insight_report(found: Found) -> Report:
    match found:
        case FoundReasons():
            return reasons_report(found)
        case FoundSelfService():
            return self_service_report(found)
        case FoundStaffing():
            return staffing_report(found)
        case _:
            assert_never(found)


def insight_json(found: Found) -> dict[str, Any]:
    match found:
        case FoundReasons():
            return reasons_json(found)
        case FoundSelfService():
            return self_service_json(found)
        case FoundStaffing():
            return staffing_json(found)
        case _:
            assert_never(found)
