"""What happens to a referral once it has been received."""
