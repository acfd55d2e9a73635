"""Đính chính, thay thế, thu hồi (G11): a notice that takes the place of one that has left, for exactly those who had that."""
