"""Dây chuyền trách nhiệm (G02): a direction to be carried out, unit by unit: received, confirmed, passed down, done."""
