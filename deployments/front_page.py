"""Adds a short menu to the pages of Prefect's UI: each unit's worklists and the desk, one click from everywhere.

Prefect's own menu leads to no artifact, and its page of an artifact's key shows the versions, not the newest one.
"""

from collections.abc import Mapping
from html import escape
from pathlib import Path

from models.payments.states import ALL_STATES as REQUISITION_STATES
from models.registration.states import ALL_STATES as CONTRACT_STATES
from models.shared.lifecycle import State
from models.shared.people import Unit
from tasks.adapters.home import write_atomically

_BEGIN, _END = "<!-- steward menu -->", "<!-- end of steward menu -->"
_STYLE = """
#steward { position: fixed; left: 1.4rem; bottom: 4.5rem; z-index: 50; width: 13rem; }
#steward { font: 0.875rem/1.7 Inter, sans-serif; }
#steward p { margin: 0; color: #8b8f98; }
#steward ul { margin: 0; padding: 0; list-style: none; display: flex; flex-wrap: wrap; column-gap: 0.8rem; }
#steward a { color: #4c97e0; }
#steward a:hover, #steward a:focus-visible { text-decoration: underline; }
body:has(input[type=password]) #steward { display: none; }
@media (max-width: 1023px) { #steward { position: static; width: auto; margin: 0 1rem; } body { overflow-y: auto; } }
"""
# Leads from a list's name to its newest version, asking as Prefect's UI asks; else to the list of all versions.
_SCRIPT = """
const newest = async (key) => {
  const known = localStorage.getItem("prefect-password")
  const headers = { "Content-Type": "application/json" }
  if (known) headers.Authorization = `Basic ${known}`
  const client = crypto.randomUUID()
  const token = await fetch(`/api/csrf-token?client=${client}`, { headers })
  if (token.ok) {
    headers["Prefect-Csrf-Client"] = client
    headers["Prefect-Csrf-Token"] = (await token.json()).token
  }
  const body = JSON.stringify({ artifacts: { key: { any_: [key] } } })
  const found = await fetch("/api/artifacts/latest/filter", { method: "POST", headers, body })
  return (await found.json())[0].latest_id
}
document.getElementById("steward").addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-key]")
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  const id = await newest(link.dataset.key).catch(() => "")
  location.href = id ? `/artifacts/artifact/${id}` : link.href
})
"""


def add_menu(pages: Path, desk_url: str) -> None:
    """Put the menu on the one page that Prefect's UI is made of; nothing where it is not, said again the newest."""
    index = pages / "v1" / "index.html"
    if not index.exists():
        return
    before, _, rest = index.read_text().partition(_BEGIN)
    text = before + (rest.partition(_END)[2] if rest else "")
    write_atomically(index, text.replace("<body>", f"<body>{menu(desk_url)}", 1).encode())


def menu(desk_url: str) -> str:
    """The menu as HTML: contracts, then requisitions; the units of the office first, then whoever else holds some."""
    links = f"<p>Contracts that wait</p>{_links('registration', CONTRACT_STATES)}"
    links += f"<p>Requisitions that wait</p>{_links('payments', REQUISITION_STATES, 'Requisitions: ')}"
    return (
        f'{_BEGIN}<nav id="steward" aria-label="Worklists"><style>{_STYLE}</style>{links}'
        f'<p><a href="{escape(desk_url)}/">Open the desk</a></p></nav><script>{_SCRIPT}</script>{_END}'
    )


def _links(process: str, states: Mapping[str, State], said: str = "") -> str:
    """A link to each holder's list of a process; `said` tells two lists of one holder apart where they are read out."""
    holders = {str(state.holder) for state in states.values() if not state.final}
    own = {str(unit) for unit in Unit}
    told = ""
    for holder in sorted(holders, key=lambda holder: (holder not in own, holder)):
        key = f"worklist-{process}-{holder.lower().replace(' ', '-')}"
        label = f' aria-label="{escape(said + holder)}"' if said else ""
        told += f'<li><a data-key="{key}" href="/artifacts/key/{key}"{label}>{escape(holder)}</a></li>'
    return f"<ul>{told}</ul>"
