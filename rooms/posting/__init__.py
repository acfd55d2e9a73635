"""Posts that wait at the same moment share a transaction (decision 9); whatever is unusual is left to actions.post_message."""

from rooms.posting.group import Proposed, post_together

__all__ = ["Proposed", "post_together"]
