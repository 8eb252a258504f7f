"""An estimate as it is stated, invented: a range by two methods, one that the table refutes, one that cannot say."""

from sviedka.core.base.phrases import Phrase
from sviedka.core.count.counted import Counted
from sviedka.core.count.estimate.finding import Finding
from sviedka.core.count.estimate.method import MethodResult, Role
from sviedka.core.count.estimate.report import Documented, EstimateReport

REPORT = EstimateReport(
    counted=Counted(unit="person", what="detained (invented)", where="Exampleland", until="2021-03-31"),
    lists=("a", "b", "c"),
    draws=20,
    documented=Documented(decided=790, low=780, high=801),
    methods=(
        MethodResult(name="log-linear", role=Role.TOTAL, people=1_000.4, low=931.9, high=1_071.1),
        MethodResult(name="every-pair", role=Role.TOTAL, people=4_000, low=3_900, high=4_100, refuted=True),
        MethodResult(name="graph-average", role=Role.TOTAL, people=1_010, low=940, high=1_060),
        MethodResult(name="latent-class", role=Role.TOTAL, reason=Phrase("It cannot say.")),
    ),
    envelope=(931.9, 1_071.1),
    refusal=(),
    warnings=(Finding(code="models-tied", sentence=Phrase("They differ.")),),
    level=0.95,
    seed=7,
)
