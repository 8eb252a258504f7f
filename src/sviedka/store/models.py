# SPDX-License-Identifier: AGPL-3.0-or-later
# ruff: noqa: D106, DJ001, DJ008  # Django's inner Meta; None is "withheld", unlike ""; rows have no name to print
"""The projections: what the statements in the vault come to, in tables.

Nothing here is the truth and nothing here is backed up: `sviedka rebuild` drops and refolds all of it, and a change of
`PROJECTION_VERSION` makes the next start do so. Every table whose rows say anything of a case carries that case and the
scoped manager; a row points only to rows of its own case (a trigger holds that), so that no join leads out of a scope. A
row that shows a newest state bears the `rank` of the statement that it comes from.
"""

from __future__ import annotations

from typing import Final

from django.db import models

from sviedka.store.columns import CanonicalField, WordsField, id_column
from sviedka.store.scope import ScopedManager

PROJECTION_VERSION: Final = 3
"""Raise this with any change to a table, a trigger or what is written into them."""


class Projection(models.Model):
    """A table of a case's rows: read inside a scope only, written by `sviedka.store.rows` only."""

    case = id_column()

    objects = ScopedManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
        default_manager_name = "objects"

    def save(self, *_args: object, **_options: object) -> None:
        """Refuse."""
        raise TypeError("projections are written by sviedka.store.rows only")

    def delete(self, *_args: object, **_options: object) -> tuple[int, dict[str, int]]:
        """Refuse."""
        raise TypeError("projections are written by sviedka.store.rows only")


class Case(Projection):
    """A case that was opened. `case` is its id."""

    title = CanonicalField(null=True)
    statement = id_column()
    rank = models.TextField()

    class Meta(Projection.Meta):
        constraints = (models.UniqueConstraint(fields=["case"], name="one_row_for_a_case"),)


class Subject(Projection):
    """Whatever statements of a case are about: an item, a person, an act, a source."""

    subject = id_column(db_index=True)
    kind = models.CharField(max_length=40)
    rank = models.TextField()

    class Meta(Projection.Meta):
        constraints = (models.UniqueConstraint(fields=["case", "subject"], name="one_subject_in_a_case"),)


class Statement(Projection):
    """One leaf of a desk's log, and the few facts by which it is looked up."""

    jti = id_column(primary_key=True)
    desk = models.CharField(max_length=32)
    leaf_index = models.BigIntegerField()
    leaf_hash = models.BinaryField(max_length=32)
    jwt = models.TextField()
    type = models.CharField(max_length=40)
    subject = id_column(db_index=True)
    at = models.DateTimeField()
    author = id_column()

    class Meta(Projection.Meta):
        constraints = (models.UniqueConstraint(fields=["desk", "leaf_index"], name="one_statement_at_a_leaf"),)
        indexes = (models.Index(fields=["case", "type"], name="statements_of_a_case"),)


def _of_statement() -> models.ForeignKey[Statement, Statement]:
    return models.ForeignKey(Statement, on_delete=models.DO_NOTHING, related_name="+", db_index=True)


class Passage(Projection):
    """The disclosures of a statement that are sealed under the same cells.

    `cells` are ids, sorted; `disclosures` are as they stand in an SD-JWT. A passage whose cell was not open when the
    statement was read has no disclosures and is `withheld`.
    """

    statement = _of_statement()
    cells = WordsField()
    disclosures = WordsField()
    withheld = models.BooleanField(default=False)


class Reference(Projection):
    """A statement names another subject in one of its fields; `kind` is what the field's type says it is."""

    statement = _of_statement()
    field = models.CharField(max_length=80)
    kind = models.CharField(max_length=40)
    target = id_column(db_index=True)


class Supersession(Projection):
    """A statement named `old` among the heads of its subject that it knew."""

    statement = _of_statement()
    old = id_column(db_index=True)


class Head(Projection):
    """A statement of a subject that no other statement supersedes. Two heads of one subject are a fork."""

    jti = id_column(primary_key=True)
    subject = id_column(db_index=True)


class Item(Projection):
    """A sealed original, or the folder or ZIP that holds some.

    Names are None where the cell they are sealed under is not open. A folder has no payload. `handed_over_by` is a
    person of the record; `received` and `sealed` are the statements that the row comes from.
    """

    item = id_column(primary_key=True)
    kind = models.CharField(max_length=12, null=True)
    parent = id_column(null=True, db_index=True)
    original_name = models.TextField(null=True)
    path = models.TextField(null=True)
    media_type = models.CharField(max_length=120, null=True)
    size_bytes = models.BigIntegerField(null=True)
    plain_sha256 = models.CharField(max_length=64, null=True, db_index=True)
    payload_sha256 = models.CharField(max_length=64, null=True, db_index=True)
    epoch = models.CharField(max_length=12, null=True)
    handed_over_by = id_column(null=True)
    received = id_column(null=True)
    sealed = id_column(null=True)
    received_rank = models.TextField(null=True)
    sealed_rank = models.TextField(null=True)

    class Meta(Projection.Meta):
        indexes = (models.Index(fields=["case", "path"], name="items_of_a_case"),)


class Person(Projection):
    """Somebody, by pseudonym. A name is never here."""

    person = id_column(primary_key=True)
    pseudonym = models.CharField(max_length=500, null=True)
    cell = id_column(null=True)
    counting_unit = models.CharField(max_length=40, null=True)
    statement = id_column()
    rank = models.TextField()


class Consent(Projection):
    """One consent event, read by `at`, then leaf. What they come to is worked out in `sviedka.core.disclose`."""

    jti = id_column(primary_key=True)
    person = id_column(db_index=True)
    event = models.CharField(max_length=20)
    at = models.DateTimeField()
    desk = models.CharField(max_length=32)
    leaf_index = models.BigIntegerField()
    fields = CanonicalField()

    class Meta(Projection.Meta):
        ordering = ("at", "desk", "leaf_index")


class Label(Projection):
    """The word by which a record file of a case calls a subject."""

    label = models.CharField(max_length=120)
    subject = id_column(db_index=True)
    statement = id_column()
    rank = models.TextField()

    class Meta(Projection.Meta):
        constraints = (models.UniqueConstraint(fields=["case", "label"], name="one_label_in_a_case"),)


class Pack(models.Model):
    """A pack of the vault that the projections hold: unscoped, for it says how many and nothing else."""

    desk = models.CharField(max_length=32)
    first_index = models.BigIntegerField()
    count = models.IntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["desk", "first_index"], name="one_pack_at_a_leaf"),)


class Erasure(models.Model):
    """A cell whose passages may be taken out; the append-only triggers let nothing else go."""

    cell = id_column(primary_key=True)
