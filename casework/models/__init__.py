from casework.models.taking import Taking

__all__ = ["Taking"]
