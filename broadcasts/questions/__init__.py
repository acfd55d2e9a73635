"""Hỏi riêng, đáp chung (docs/protocol.md 4.0d): guardians ask about a notice in private; one answer may go to all."""
