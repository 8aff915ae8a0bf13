"""One referral, from its first page to its packs."""
