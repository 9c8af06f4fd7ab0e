"""`printvision doctor`: is this installation well, and if not, what is to be done?"""

from printvision.cli.doctor.command import doctor

__all__ = ["doctor"]
