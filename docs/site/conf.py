# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of the documentation site, for Sphinx."""

from docutils import nodes

project = "E2E Networks for Ansible"
copyright = "the e2enetworks.cloud contributors"
html_title = "E2E Networks for Ansible"
html_short_title = html_title

extensions = ["myst_parser", "sphinx_antsibull_ext"]
source_suffix = {".rst": "restructuredtext", ".md": "markdown"}
myst_heading_anchors = 4
# Markdown pages link to files of the repository that are no pages of the site.
suppress_warnings = ["myst.xref_missing", "myst.header"]

html_theme = "sphinx_ansible_theme"
html_theme_options = {"collapse_navigation": True, "titles_only": True, "navigation_depth": 2}
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_copy_source = False
html_use_smartypants = True
html_use_modindex = False
html_use_index = False
display_version = False

pygments_style = "ansible"
highlight_language = "YAML+Jinja"
default_role = "any"
nitpicky = True

ANSIBLE = "https://docs.ansible.com/ansible/latest"
# Pages of Ansible's own documentation that the modules' pages refer to. They are linked without being asked: the site is built without a network.
LABELS = {
    "action_plugins": f"{ANSIBLE}/plugins/action.html",
    "ansible_configuration_settings": f"{ANSIBLE}/reference_appendices/config.html",
    "callback_plugins": f"{ANSIBLE}/plugins/callback.html",
    "common_return_values": f"{ANSIBLE}/reference_appendices/common_return_values.html",
    "inventory_plugins": f"{ANSIBLE}/plugins/inventory.html",
}


def link_to_ansible(app, env, node, content):
    """Resolve a reference that is none of this site's; None leaves it unresolved, which fails the build."""
    target = node.get("reftarget", "")
    if node.get("reftype") == "envvar" and target.startswith("ANSIBLE_"):
        address = f"{LABELS['ansible_configuration_settings']}#envvar-{target}"
    elif target.startswith("ansible_collections.ansible.builtin."):
        address = f"{ANSIBLE}/collections/ansible/builtin/{target.rpartition('.')[2]}.html"
    else:
        address = LABELS.get(target)
    return nodes.reference("", "", content, refuri=address, internal=False) if address else None


def setup(app):
    """Called by Sphinx."""
    app.connect("missing-reference", link_to_ansible)
