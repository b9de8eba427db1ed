"""How a hub works its cases: risk instruments, powers, clocks, case review and retention, as hubs.yaml gives them.

Everything has a default. The defaults are ours and no national rules.
"""

from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from osara_store import built_in_settings
from osara_store.hub_preferences import HubPreferences, as_time
from osara_store.instruments import Band, RiskSettings
from osara_store.setting import Fault, Name, Sector, Setting, Slug, laid_over, over, refuse
from osara_store.working_days import Nation, WorkingDays

Count = Annotated[int, Field(strict=True, ge=1, le=120)]
Days = Annotated[int, Field(strict=True, ge=0, le=250)]


class Power(Setting):
    """Something an agency can do. Enforcement asks for the equality questions first."""

    id: Slug
    name: Name
    kind: Literal["enforcement", "supportive"]
    owner: Literal[Sector, "any"] = "any"
    effective_from: date | None = None
    enabled: bool = True

    def available(self, on: date) -> bool:
        """Whether the power may be chosen on that day."""
        return self.enabled and (self.effective_from is None or self.effective_from <= on)


def _with_the_built_in(given: object) -> object:
    """The file's powers, each over the built-in one of its id, then the built-in ones that it does not name."""
    if not isinstance(given, list | tuple):
        return given
    built_in = {power["id"]: power for power in built_in_settings.POWERS}
    own = {_id_of(power) for power in given}
    rest = (power for power_id, power in built_in.items() if power_id not in own)
    return [*(laid_over(built_in.get(_id_of(power)), power) for power in given), *rest]


def _id_of(power: object) -> str:
    return str(power.get("id")) if isinstance(power, Mapping) else ""


Powers = Annotated[tuple[Power, ...], BeforeValidator(_with_the_built_in)]


class TaskTemplate(Setting):
    """A task that usually helps with a kind of problem: whoever plans may add it to a case as it is.

    `sector` finds the agency; `days` are counted from the day on which it is added.
    """

    intervention: Name
    side: Literal["victim", "offender", "location"]
    sector: Sector
    days: Annotated[int, Field(strict=True, ge=1, le=730)]
    power: Slug | Literal[""] = ""
    term: Literal["quick", "long", ""] = ""


def usual_tasks(category_id: str) -> tuple[TaskTemplate, ...]:
    """What is built in for a category whose lines in the file name no tasks."""
    built_in = built_in_settings.USUAL_TASKS
    given = built_in.get(category_id, built_in[""])
    return tuple(TaskTemplate.model_validate(task) for task in given)


class BandClocks(Setting):
    """For one band: working days until things are due, and days until a missed review goes to the inspector."""

    initial_action: Days
    information: Days
    meeting: Days
    escalate_after_days: Annotated[int, Field(strict=True, ge=1)] | None  # None: to the manager only


_HIGH: Final = {"initial_action": 1, "information": 2, "meeting": 5, "escalate_after_days": 28}
_MEDIUM: Final = {"initial_action": 3, "information": 5, "meeting": 10, "escalate_after_days": 56}
_STANDARD: Final = {"initial_action": 5, "information": 10, "meeting": 20, "escalate_after_days": None}


class ClockRules(Setting):
    """When things are due: so many working days, at the end of the working day in the hub's own time."""

    high: Annotated[BandClocks, over(_HIGH)] = BandClocks.model_validate(_HIGH)
    medium: Annotated[BandClocks, over(_MEDIUM)] = BandClocks.model_validate(_MEDIUM)
    standard: Annotated[BandClocks, over(_STANDARD)] = BandClocks.model_validate(_STANDARD)
    risk_check: Days = 1
    end_of_day: Annotated[time, BeforeValidator(as_time)] = time(17)
    holidays: Nation = "ENG"
    extra_holidays: tuple[date, ...] = ()

    @field_validator("end_of_day")
    @classmethod
    def _is_the_hubs_own_time(cls, end_of_day: time) -> time:
        if end_of_day.tzinfo is not None:
            raise ValueError("leave the time zone out: it is the hub's own")
        return end_of_day

    @model_validator(mode="after")
    def _higher_is_never_later(self) -> Self:
        refuse(self, _clock_faults(self))
        return self

    def of(self, band: Band) -> BandClocks:
        return {Band.HIGH: self.high, Band.MEDIUM: self.medium, Band.STANDARD: self.standard}[band]

    @property
    def working_days(self) -> WorkingDays:
        return WorkingDays.of(self.holidays, self.extra_holidays)


def _clock_faults(rules: ClockRules) -> Iterator[Fault]:
    for above, below in ((Band.HIGH, Band.MEDIUM), (Band.MEDIUM, Band.STANDARD)):
        for key in ("initial_action", "information", "meeting"):
            sooner, later = getattr(rules.of(above), key), getattr(rules.of(below), key)
            if sooner > later:
                sentence = f"{above} may not wait longer than {below}, which has {later}"
                yield Fault((above, key), sooner, sentence)


class CaseReviewRules(Setting):
    """The ASB Case Review: at which report of one victim within the window it is explained, and may be due."""

    window_months: Count = 6
    explain_at: Count = 2
    threshold_at: Count = 3

    @model_validator(mode="after")
    def _is_explained_before_it_is_due(self) -> Self:
        if self.explain_at > self.threshold_at:
            sentence = f"the review must be explained by report {self.threshold_at}, when it may be due"
            refuse(self, [Fault(("explain_at",), self.explain_at, sentence)])
        return self


class RetentionRules(Setting):
    """How long a closed case is watched for a return of its matter, and when keeping it is reviewed."""

    watch_months: Count = 12
    retention_years: Count = 6


class HubSettings(Setting):
    """The sections that a hub may have for itself; None: as the whole file has them."""

    risk: RiskSettings | None = None
    clocks: ClockRules | None = None
    case_review: CaseReviewRules | None = None
    retention: RetentionRules | None = None
    notices: HubPreferences | None = None


def hubs_over_the_file(file: object) -> object:
    """The file as read, where what a hub leaves out of a section of its own is taken from the file's section."""
    if not isinstance(file, Mapping) or not isinstance(file.get("hubs"), list):
        return file
    return {**file, "hubs": [_hub_over(file, hub) for hub in file["hubs"]]}


def _hub_over(file: Mapping[str, Any], hub: object) -> object:
    if not isinstance(hub, Mapping):
        return hub
    own = HubSettings.model_fields.keys() & hub.keys()
    return {**hub, **{section: laid_over(file.get(section), hub[section]) for section in own}}
