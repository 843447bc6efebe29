
from __future__ import annotations
import sys, faulthandler, logging
from tests.bot.listeners.conftest import Office

def test_many_faults(office: Office) -> None:
    logging.getLogger("slack_sdk.socket_mode").setLevel(logging.DEBUG)
    for i in range(12):
        office.workspace.trouble.fail_next("users.info", error="internal_error")
        office.clock.move(minutes=6)
        faulthandler.dump_traceback_later(2, file=open("/tmp/tb.txt","w"))
        m = office.ask(office.executive, "fcr weekly")
        faulthandler.cancel_dump_traceback_later()
        assert "reference" in m.read(), i
