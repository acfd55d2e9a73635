"""ejabberd's multi-user chat, from Debian's package, over WebSocket (RFC 7395), in a process and folder of its own."""

import contextlib
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from bench import processes
from bench.generator.client import Client
from bench.generator.frames import frame, upgrade
from bench.peers.base import Missing, Serving
from bench.processes import Running
from tests import services

HERE = Path(__file__).parent
OPEN = b'<open xmlns="urn:ietf:params:xml:ns:xmpp-framing" to="localhost" version="1.0"/>'
AUTH = b'<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="ANONYMOUS"/>'
BIND = b'<iq type="set" id="bind"><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"/></iq>'
SESSION = b'<iq type="set" id="session"><session xmlns="urn:ietf:params:xml:ns:xmpp-session"/></iq>'
# Of `erl`, as the package's own start script sets them; no distribution, so neither a node name nor epmd.
ERL = ["erl", "-noinput", "+K", "true", "+P", "250000", "+Q", "65536", "-env", "ERL_CRASH_DUMP_BYTES", "0"]


class Xmpp:
    """Sign in anonymously, bind, enter the room."""

    joins_by_upgrade = False
    mark = b"groupchat"

    def upgrade(self, _client: Client) -> bytes:
        """The subprotocol of RFC 7395."""
        return upgrade("/ws", headers={"Sec-WebSocket-Protocol": "xmpp", "Origin": "http://127.0.0.1:8000"})

    def opened(self, _client: Client) -> bytes:
        """The stream begins."""
        return frame(OPEN)

    def join(self, client: Client, text: bytes) -> bytes:
        """Step by step, each answer opening the next."""
        if b"<success" in text:
            return frame(OPEN)
        if b"mechanisms" in text:
            return frame(AUTH)
        if b"xmpp-bind" in text and b"features" in text:
            return frame(BIND)
        if b"'bind'" in text or b'"bind"' in text:
            return frame(SESSION)
        if b"'session'" in text or b'"session"' in text:
            room = f"{client.room}@conference.localhost/n{client.who['number']}"
            return frame(f'<presence to="{room}"><x xmlns="http://jabber.org/protocol/muc"/></presence>'.encode())
        # The room's subject comes last, after everything else of entering.
        client.is_ready = b"<subject" in text
        return b""

    def post(self, client: Client, body: str) -> bytes:
        """To the room."""
        to = f"{client.room}@conference.localhost"
        return frame(f'<message type="groupchat" to="{to}"><body>{body}</body></message>'.encode())

    def heard(self, _client: Client, _text: bytes) -> bytes:
        """Nothing needs an answer."""
        return b""

    def heartbeat(self) -> bytes:
        """Nothing is asked for."""
        return b""


class Ejabberd:
    """Debian's ejabberd under its own account."""

    name = "ejabberd"

    def version(self) -> str:
        """Of the package."""
        asked = ["dpkg-query", "-W", "-f", "${Status} ${Version}", "ejabberd"]
        said = (
            subprocess.run(asked, capture_output=True, text=True, check=False).stdout if shutil.which(asked[0]) else ""
        )
        if not said.startswith("install ok installed") or not shutil.which("erl"):
            raise Missing("ejabberd not installed: apt-get install -y ejabberd")
        return f"ejabberd {said.split()[-1]}, MUC over WebSocket"

    @contextlib.contextmanager
    def serving(self, folder: Path) -> Iterator[Serving]:
        """Its own configuration, database and logs in a folder that is gone afterwards."""
        with processes.folder("ejabberd") as home:
            port = services.free_port()
            config = home / "ejabberd.yml"
            config.write_text((HERE / "ejabberd.yml").read_text().replace("PORT", str(port)))
            (home / "database").mkdir()
            as_owner = _owned(home)
            env = {
                **os.environ,
                "HOME": str(home),
                "ERL_LIBS": str(_libraries()),
                "EJABBERD_CONFIG_PATH": str(config),
                "EJABBERD_LOG_PATH": str(home / "ejabberd.log"),
            }
            command = [*as_owner, "--pdeathsig=KILL", *ERL, "-mnesia", "dir", f'"{home}/database"', "-s", "ejabberd"]
            with Running(command, folder / f"ejabberd-{port}.log", cwd=home, env=env) as running:
                services.wait_for_port(port, 60)
                yield Serving(self.name, Xmpp(), port, running)


def _owned(home: Path) -> list[str]:
    if os.geteuid() != 0:
        return ["setpriv"]
    owner = pwd.getpwnam("ejabberd")
    for path in (home, *home.iterdir()):
        os.chown(path, owner.pw_uid, owner.pw_gid)
    return ["setpriv", "--reuid=ejabberd", "--regid=ejabberd", "--clear-groups"]


def _libraries() -> Path:
    """Where Debian keeps Erlang's libraries on this architecture."""
    found = sorted(Path("/usr/lib").glob("*/ejabberd-[0-9]*"))
    if not found:
        raise Missing("ejabberd's libraries are not where Debian keeps them: apt-get install -y ejabberd")
    return found[0].parent


EJABBERD = Ejabberd()
