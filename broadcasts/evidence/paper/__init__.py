"""What proves something, on paper: black on white, in Vietnamese as documents are, for any office printer."""
