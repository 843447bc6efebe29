"""Renders what the outbox holds about calibrations: it holds ids alone."""

from __future__ import annotations

from bot.blocks.coaching.calibration import asked_message, results_message
from bot.blocks.message import Json, Message
from jobs.coaching import CoachingDesk
from jobs.courier import Renderers
from storage.errors import UserError
from storage.operations import calibrations
from storage.operations.engine import reading
from storage.quality.calibrating import results


def renderers_of(desk: CoachingDesk) -> Renderers:
    """By the kind of delivery."""

    def asked(content: Json) -> Message:
        with reading(desk.operations) as session:
            kept = calibrations.calibration(session, str(content["calibration"]))
            if kept.closed_at is not None:
                raise UserError("This calibration is closed.")
            return asked_message(kept.id, kept.organiser, kept.contact_id)

    def told(content: Json) -> Message:
        with reading(desk.operations) as session:
            return results_message(results(session, str(content["calibration"])))

    return {calibrations.ASKED: asked, calibrations.RESULTS: told}
