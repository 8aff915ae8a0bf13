"""The small edition and the named people that every test of referrals stands on."""

from tests.referrals.lasting import editions_at_hand, editions_folder, lasting_world, world

__all__ = ["editions_at_hand", "editions_folder", "lasting_world", "world"]
