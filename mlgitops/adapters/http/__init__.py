"""HTTP for every adapter that needs it: registries now, forges too."""

from mlgitops.adapters.http.client import MAX_BODY, Client, Request
from mlgitops.adapters.http.failures import of_status, shown
from mlgitops.adapters.http.patience import Patience, Time
from mlgitops.adapters.http.reply import Answer, Reply

__all__ = ["MAX_BODY", "Answer", "Client", "Patience", "Reply", "Request", "Time", "of_status", "shown"]
