# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of the documentation site, for Sphinx."""

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
# Built without a network: what other projects document is named, not linked.
nitpick_ignore_regex = [("any", ".*"), ("std:.*", r"ansible_collections\.ansible\..*")]
