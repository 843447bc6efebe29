"""``carekpi import``: exports become facts, one file at a time."""

from __future__ import annotations

from argparse import Action, ArgumentParser, RawTextHelpFormatter
from datetime import UTC, datetime
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

from bot.commands.command import DONE, MISTAKEN, NOT_AS_ASKED, Call, Command
from bot.request.instants import parse_instant
from storage.errors import UserError

if TYPE_CHECKING:
    from storage.facts.forgetting import IsForgotten
    from storage.facts.loading import LoadOrder, LoadReport
    from storage.operations.imports import Ending

MOST_REASONS = 10
HELP_COLUMNS = 52


class _Help(RawTextHelpFormatter):
    """Names the facts; they are looked up here, for no other command should wait for that."""

    def _get_help_string(self, action: Action) -> str:
        from storage.facts.declared import FACTS

        names = fill(", ".join(fact.name for fact in FACTS), HELP_COLUMNS)
        return (action.help or "").replace("{facts}", names)


def add_arguments(parser: ArgumentParser) -> None:
    parser.formatter_class = _Help
    parser.add_argument("fact", metavar="FACT", help="what the files hold:\n{facts}")
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="CSV (plain, gzip or zip), Parquet or JSON lines",
    )
    parser.add_argument(
        "--mapping",
        metavar="NAME_OR_FILE",
        help="how the columns are named: a shipped mapping, or a file of your own",
    )
    parser.add_argument("--source", metavar="NAME", help="the system they are from")
    parser.add_argument(
        "--timezone", metavar="ZONE", help="of times without one, such as Europe/Berlin"
    )
    parser.add_argument(
        "--until", metavar="TIME", help="what the export covers (else its newest time)"
    )
    parser.add_argument("--strict", action="store_true", help="load nothing if a row is unfit")
    parser.add_argument("--dry-run", action="store_true", help="check the files, load nothing")


def run(call: Call) -> int:
    """Each file is a transaction of its own; the others go on, and the worst status is returned."""
    order = _order(call)
    worst = DONE
    for name in call.arguments.files:
        if call.console.is_gone:
            break
        worst = max(worst, _take_in(call, order, call.console.cwd / name))
    return worst


def _order(call: Call) -> LoadOrder:
    from storage.facts.declared import find_fact
    from storage.facts.loading import LoadOrder
    from storage.facts.mapping import DEFAULT_MAPPING, find_mapping
    from storage.periods import zone

    given = call.arguments
    settings = call.workplace.settings
    mapping = _mapping_address(given.mapping or DEFAULT_MAPPING, call.console.cwd)
    found = find_mapping(mapping, find_fact(given.fact))
    timezone = given.timezone or found.timezone or settings.timezone
    zone(timezone)
    return LoadOrder(
        fact=given.fact,
        mapping=mapping,
        source=given.source,
        timezone=given.timezone,
        organisation_timezone=settings.timezone,
        until=parse_instant(given.until, timezone) if given.until else None,
        strict=given.strict,
        dry_run=given.dry_run,
    )


def _mapping_address(name_or_file: str, cwd: Path) -> str:
    """A file is meant from the folder the person is in, which may not be the bot's."""
    path = cwd / name_or_file
    return str(path) if path.suffix or path.is_file() else name_or_file


def _take_in(call: Call, order: LoadOrder, file: Path) -> int:
    """Loads one file and writes it into the history, whatever becomes of it."""
    import_id = _begin(call, order, file)
    try:
        report = _load(call, order, file)
    except UserError as error:
        _end(call, import_id, _failure(call, error))
        call.console.complain(str(error))
        return MISTAKEN
    _end(call, import_id, _ending(call, report))
    call.console.write(summary(report))
    return NOT_AS_ASKED if report.refused else DONE


def _load(call: Call, order: LoadOrder, file: Path) -> LoadReport:
    from storage.facts.loading import load_file

    return load_file(
        call.workplace.facts,
        order,
        file,
        data_folder=call.workplace.folder,
        now=call.workplace.clock(),
        progress=lambda part: call.console.show_progress(file.name, part),
        memory_limit=call.workplace.settings.memory_limit,
        is_forgotten=_forgotten(call),
    )


def _forgotten(call: Call) -> IsForgotten | None:
    from storage.operations.engine import reading
    from storage.operations.forgotten import forgotten_ones

    with reading(call.workplace.operations) as session:
        return forgotten_ones(session, call.workplace.sealer)


def _begin(call: Call, order: LoadOrder, file: Path) -> int | None:
    """The id in the history; None for a rehearsal, which is not written there."""
    from storage.operations import imports
    from storage.operations.audit import By
    from storage.operations.engine import writing

    if order.dry_run:
        return None
    by = By(call.console.who, call.workplace.clock())
    with writing(call.workplace.operations) as session:
        return imports.start(session, order.fact, file.name, Path(order.mapping).name, by)


def _end(call: Call, import_id: int | None, ending: Ending) -> None:
    from storage.operations import imports
    from storage.operations.engine import writing

    if import_id is not None:
        with writing(call.workplace.operations) as session:
            imports.finish(session, import_id, ending)


def _failure(call: Call, error: UserError) -> Ending:
    from storage.operations.imports import Ending
    from storage.operations.models import ImportOutcome

    return Ending(ImportOutcome.FAILED, call.workplace.clock(), reason=error.sentence)


def _ending(call: Call, report: LoadReport) -> Ending:
    from storage.operations.imports import Counts, Ending
    from storage.operations.models import ImportOutcome

    return Ending(
        ImportOutcome.REFUSED if report.refused else ImportOutcome.LOADED,
        call.workplace.clock(),
        source=report.source,
        counts=Counts(report.rows_read, report.loaded, report.replaced, report.rejected),
        until=report.until,
        reason=f"{_count(report.rejected, 'row')} set aside" if report.refused else None,
    )


def summary(report: LoadReport) -> str:
    """What became of a file, as a person reads it."""
    read = f"{_count(report.rows_read, 'row')} of {report.fact}"
    lines = [f"{report.file}: {read} from {report.source}.", _loaded(report)]
    if report.superseded:
        lines.append(f"{_count(report.superseded, 'row')} gave way to a later one of the same key.")
    if report.rejected:
        lines += _rejected(report)
    if report.until and not report.refused:
        lines.append(f"Data until {_shown(report.until)}.")
    return "\n".join(lines)


def _loaded(report: LoadReport) -> str:
    if report.refused:
        return "Nothing was loaded, because --strict allows no unfit row."
    replaced = f", {report.replaced:,} of them in place of earlier ones" if report.replaced else ""
    if report.dry_run:
        return f"{report.loaded:,} would be loaded{replaced}; nothing was."
    return f"{report.loaded:,} loaded{replaced}."


def _rejected(report: LoadReport) -> list[str]:
    reasons = report.reasons.most_common()
    lines = [f"{_count(report.rejected, 'row')} set aside:"]
    lines += [f"  {_count(count, 'time')}: {reason}" for reason, count in reasons[:MOST_REASONS]]
    if len(reasons) > MOST_REASONS:
        lines.append(f"  and {len(reasons) - MOST_REASONS} more reasons")
    if report.rejects_file:
        lines.append(f"They are in {report.rejects_file}, which is deleted after 30 days.")
    return lines


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _shown(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


IMPORT = Command(
    name="import",
    help="load an export: contacts, surveys, customers and more",
    examples=(
        "carekpi import contacts tickets.csv\n"
        "carekpi import contacts incident_event_log.zip --mapping servicenow --timezone UTC\n"
        "carekpi import contacts calls-*.csv --mapping phone.toml --source phone\n"
        "carekpi import customers companies.csv --mapping hubspot\n"
        "carekpi import agents agents.csv --dry-run"
    ),
    add_arguments=add_arguments,
    run=run,
)
