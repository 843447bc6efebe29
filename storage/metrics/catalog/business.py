"""What care costs, how often it is needed, and whether customers stay."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, literal, not_, or_, true
from sqlalchemy.sql.elements import ColumnElement

from storage.facts.tables import costs, customers
from storage.metrics.counting import INBOUND, NO_NUMBER, always, contact, one_if
from storage.metrics.definition import (
    SHARE,
    Aggregation,
    Aside,
    Audience,
    Branch,
    Counting,
    Direction,
    Kind,
    Metric,
    Presence,
    Segment,
    Statistic,
    Unit,
    WindowDays,
)
from storage.metrics.segments import STAY_SEGMENTS


def _there_until_after(stay: Any, day: ColumnElement[Any]) -> ColumnElement[bool]:
    return or_(stay.ended_on.is_(None), stay.ended_on > day)


def _there_at_the_start(stay: Any, days: WindowDays) -> ColumnElement[bool]:
    return and_(stay.started_on < days.first, _there_until_after(stay, days.first))


def _there_at_the_end(stay: Any, days: WindowDays) -> ColumnElement[bool]:
    return and_(stay.started_on < days.after, _there_until_after(stay, days.last))


def _active(stay: Any, days: WindowDays) -> ColumnElement[bool]:
    return and_(stay.started_on < days.after, _there_until_after(stay, days.first))


def _kept(stay: Any, days: WindowDays) -> ColumnElement[int]:
    return one_if(_there_at_the_end(stay, days))


def _lost(stay: Any, days: WindowDays) -> ColumnElement[int]:
    return one_if(not_(_there_at_the_end(stay, days)))


CONTACTS_AND_CUSTOMERS = Counting(
    (Branch(contact.opened_at, always(INBOUND), lambda _settings: literal(1)),),
    present=Presence(customers, _active, lambda _stay, _days: literal(1)),
)
COSTS_AND_CONTACTS = Counting(
    (
        Branch(costs.c.day, always(true()), lambda _settings: costs.c.amount),
        Branch(
            contact.opened_at,
            always(true()),
            lambda _settings: NO_NUMBER,
            lambda _settings: literal(1),
        ),
    )
)

BUSINESS: tuple[Metric, ...] = (
    Metric(
        key="contact_rate",
        abbreviation="Contact rate",
        name="Contact rate",
        description="How often customers need us: contacts per 100 customers.",
        formula="100 x contacts / active customers.",
        counted="inbound contacts by when they were opened; customers of at least a day in it",
        unit=Unit.PER_100_CUSTOMERS,
        better=Direction.LOWER,
        kind=Kind.LEADING,
        aggregation=Aggregation.PER_HUNDRED,
        segments=(Segment.CUSTOMER_SEGMENT,),
        counting=CONTACTS_AND_CUSTOMERS,
        asides=(Aside("customers", "customers", Unit.COUNT, Statistic.WEIGHT),),
        synonyms=("contacts per customer", "propensity to contact"),
    ),
    Metric(
        key="cost_per_contact",
        abbreviation="CPC",
        name="Cost per contact",
        description="What one contact costs.",
        formula="Cost / contacts in both directions.",
        counted="costs by day, and contacts in both directions by when they were opened",
        unit=Unit.MONEY,
        better=Direction.LOWER,
        kind=Kind.LAGGING,
        aggregation=Aggregation.COST,
        segments=(Segment.CHANNEL, Segment.TEAM),
        counting=COSTS_AND_CONTACTS,
        asides=(Aside("cost", "cost", Unit.MONEY, Statistic.TOTAL),),
        synonyms=("cost per ticket", "cost per call", "cost"),
        audiences=(Audience.EXECUTIVE,),
    ),
    Metric(
        key="customer_retention",
        abbreviation="Retention",
        name="Customer retention",
        description="The share of customers that are still there at the end of the period.",
        formula="Customers at the start who are still there at the end / customers at the start.",
        counted="customers at the start; who joined since is in neither",
        unit=Unit.RATE,
        bounds=SHARE,
        better=Direction.HIGHER,
        kind=Kind.LAGGING,
        aggregation=Aggregation.SHARE,
        segments=STAY_SEGMENTS,
        counting=Counting(present=Presence(customers, _there_at_the_start, _kept)),
        noun="customers",
        asides=(Aside("lost", "customers lost", Unit.COUNT, Statistic.MISSES),),
        synonyms=("retention rate", "customers kept"),
        small_print="Who left and came back within the period was kept.",
    ),
    Metric(
        key="churn_rate",
        abbreviation="Churn",
        name="Churn rate",
        description="The share of customers that left in the period.",
        formula="Customers at the start who are gone at the end / customers at the start.",
        counted="customers at the start; who joined since is in neither",
        unit=Unit.RATE,
        bounds=SHARE,
        better=Direction.LOWER,
        kind=Kind.LAGGING,
        aggregation=Aggregation.SHARE,
        segments=STAY_SEGMENTS,
        counting=Counting(present=Presence(customers, _there_at_the_start, _lost, lowest=True)),
        noun="customers",
        asides=(Aside("lost", "customers lost", Unit.COUNT, Statistic.TOTAL),),
        synonyms=("customer churn", "attrition", "customers lost"),
        small_print="Who left and came back within the period was kept.",
        reviewed=False,
        audiences=(Audience.EXECUTIVE,),
    ),
)
