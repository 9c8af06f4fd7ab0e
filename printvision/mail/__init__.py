"""Mail to people: written down in the transaction of its cause, sent after it, in doubt twice. See README.md."""

from printvision.mail.letters import Letter
from printvision.mail.sending import OLD_MAIL, Mailer
from printvision.mail.writing import send

__all__ = ["OLD_MAIL", "Letter", "Mailer", "send"]
