"""The rows of the ledger, in SQL: one for each subject of a notice, with how far it has got there and why no further."""

from broadcasts.ledger.words import BITS, REACHED, Reason, State
from broadcasts.sql import Sql
from registry.selectors import STAFF_ROLES

EVERYWHERE = Sql("")


def subjects(broadcast_id: int, scope: Sql = EVERYWHERE) -> Sql:
    """(unit_id, school_class_id, subject_id, is_pupil, grade, state, at, reason, channels) a subject. `scope` is a condition
    on the rows `asked` of broadcasts_acknowledgement, beginning with AND; it never parts the rows of one subject."""
    return Sql(SUBJECTS.format(scope=scope.text), (broadcast_id, *scope.params, broadcast_id))


def counted(broadcast_id: int, scope: Sql = EVERYWHERE) -> Sql:
    """The same rows added up: (unit_id, school_class_id, grade, is_pupil, state, reason, channels, subjects)."""
    each = subjects(broadcast_id, scope)
    return Sql(COUNTED.format(subjects=each.text), each.params)


_BIT = " ".join(f"WHEN '{channel.value}' THEN {bit}" for channel, bit in BITS.items())
_STAFF = ", ".join(f"'{role}'" for role in sorted(STAFF_ROLES))
_REACHED = ", ".join(f"'{state}'" for state in REACHED)

# What can be done about somebody who has not opened it, by the best of what their people have: 0 no account, 1 an account,
# 2 a device that is signed in, 3 one with a push address. EXISTS, so that a school looks up its own and a province hashes.
# A subject is who has it for a child, or for themselves; a pupil whom no class holds is known by having no role on a staff,
# today or ever: who is no more what they were must not be taken for a grown-up and named.
SUBJECTS = f"""
    SELECT one.unit_id, one.school_class_id, one.subject_id, one.is_pupil,
           CASE WHEN one.is_pupil = 1 THEN person.grade ELSE '' END AS grade, one.state, one.at,
           CASE WHEN one.state IN ({_REACHED}) THEN ''
                WHEN one.state = '{State.DELIVERED}' THEN '{Reason.NOT_OPENED}'
                WHEN one.means = 0 THEN '{Reason.NO_ACCOUNT}' WHEN one.means = 1 THEN '{Reason.SIGNED_OUT}'
                WHEN one.means = 2 THEN '{Reason.NO_PUSH}' ELSE '{Reason.NOT_OPENED}' END AS reason,
           one.channels
    FROM (
        SELECT told.unit_id, told.school_class_id, told.subject_id, told.means,
               CASE WHEN told.is_child = 1 OR told.school_class_id IS NOT NULL THEN 1
                    WHEN EXISTS (SELECT 1 FROM registry_role AS held
                                 WHERE held.person_id = told.subject_id AND held.role IN ({_STAFF})) THEN 0
                    ELSE 1 END AS is_pupil,
               CASE WHEN told.acknowledged_at IS NOT NULL THEN '{State.ACKNOWLEDGED}'
                    WHEN told.seen_at IS NOT NULL THEN '{State.SEEN}'
                    WHEN by_hand.at IS NOT NULL THEN '{State.CONTACTED}'
                    WHEN told.delivered_at IS NOT NULL THEN '{State.DELIVERED}'
                    ELSE '{State.WAITING}' END AS state,
               COALESCE(told.acknowledged_at, told.seen_at, by_hand.at, told.delivered_at) AS at,
               COALESCE(by_hand.channels, 0) AS channels
        FROM (
            SELECT unit_id, subject_id, MIN(school_class_id) AS school_class_id, MAX(is_child) AS is_child,
                   MIN(acknowledged_at) AS acknowledged_at, MIN(seen_at) AS seen_at, MIN(delivered_at) AS delivered_at,
                   MAX(means) AS means
            FROM (
                SELECT asked.unit_id, asked.school_class_id, COALESCE(asked.student_id, asked.person_id) AS subject_id,
                       CASE WHEN asked.student_id IS NULL THEN 0 ELSE 1 END AS is_child,
                       asked.acknowledged_at, receipt.seen_at, receipt.delivered_at,
                       CASE WHEN receipt.seen_at IS NOT NULL THEN 3 WHEN account.id IS NULL THEN 0
                            WHEN NOT EXISTS (SELECT 1 FROM registry_device AS device
                                             WHERE device.account_id = account.id AND device.ended_at IS NULL) THEN 1
                            WHEN NOT EXISTS (SELECT 1 FROM delivery_pushsubscription AS push
                                             WHERE push.person_id = asked.person_id) THEN 2
                            ELSE 3 END AS means
                FROM broadcasts_acknowledgement AS asked
                JOIN broadcasts_receipt AS receipt
                  ON receipt.broadcast_id = asked.broadcast_id AND receipt.person_id = asked.person_id
                LEFT JOIN registry_account AS account ON account.person_id = asked.person_id AND account.is_active
                WHERE asked.broadcast_id = %s {{scope}}
            ) AS reason
            GROUP BY unit_id, subject_id
        ) AS told
        LEFT JOIN (
            SELECT unit_id, subject_id, MIN(at) AS at, SUM(DISTINCT CASE channel {_BIT} ELSE 0 END) AS channels
            FROM broadcasts_contact WHERE broadcast_id = %s AND withdrawn_at IS NULL GROUP BY unit_id, subject_id
        ) AS by_hand ON by_hand.unit_id = told.unit_id AND by_hand.subject_id = told.subject_id
    ) AS one
    JOIN registry_person AS person ON person.id = one.subject_id
"""  # noqa: S608  constants
COUNTED = """
    SELECT unit_id, school_class_id, grade, is_pupil, state, reason, channels, COUNT(*) AS subjects
    FROM ({subjects}) AS subject
    GROUP BY unit_id, school_class_id, grade, is_pupil, state, reason, channels
"""
