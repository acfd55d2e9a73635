"""A long walk through everything that a registry does, and after every step the rights of everybody against the oracle.

A seeded walker, and not a RuleBasedStateMachine of hypothesis: a step is a real package applied to a real database (a third
of a second), a fault shows after a hundred of them, and hypothesis would replay walks by the thousand to shrink one. Here a
walk is a list of steps, each with a seed of its own, so that any of them can be left out; on a difference the list is halved
and thinned (shrinking.py) until no step can go, and what is left is told in plain words.

town.py the first package, paper.py what a source has sent, claims.py what that says about guardians, edits*.py what changes
in a registry, acts.py what people do here, judge.py the comparison, walker.py the walk.
"""
