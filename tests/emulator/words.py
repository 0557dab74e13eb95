# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the MyAccount API says, where a source has its words; ``docs/api`` has them in quotes, under the label that stands here.

All other texts of the emulator are paraphrases: what the API says there is unknown, and no client may go by more than the meaning.
"""

from __future__ import annotations


class Said(str):
    """A text of the API; ``{}`` stands for a name or a number."""

    source: str

    def __new__(cls, text: str, source: str) -> Said:
        said = super().__new__(cls, text)
        said.source = source
        return said


# Refusals. That they come with the status that the emulator gives them is our choice, unless the source names it.
NO_CREDENTIALS = Said("Authentication credentials were not provided.", "A.3")
PROJECT_NOT_FOUND = Said("Project not found", "A.3")
REGION_DISCONTINUED = Said("Mumbai region has been discontinued.", "H.2")
REGIONS = Said("Delhi and Chennai are the only supported regions.", "H.2")
GROUP_NOT_FOUND = Said("Security group not found.", "H.27")
VPC_NOT_FOUND = Said("VPC {} not found", "H.29")
RUNNING_SERVERS = Said("You have running servers on this VPC", "D.4")
VPC_CREATING = Said("VPC is in Creating state", "D.4")
TRY_LATER = Said("Please try again later", "D.4")
DISK_NOT_ATTACHED = Said("Disk is not attached to vm", "D.5")
SAME_KEY = Said("You cannot add the same key again", "D.3")
CREDIT_NOT_SUFFICIENT = Said("Credit are not sufficient.", "P.9")
FUNCTIONS_ACTIVE = Said(
    "You cannot deactivate the FaaS plan while functions are active. Please delete all functions before proceeding with deactivation.", "P.9"
)

# What it says when something worked.
SUCCESS = Said("Success", "A.7")
NODE_UPGRADE = Said("Node upgrade initiated", "A.7")
NODE_DOWNGRADE = Said("Node downgrade initiated", "A.7")
GROUP_CREATED = Said("Security Group created successfully.", "A.7")
GROUP_UPDATED = Said("Security Group updated successfully.", "A.7")
GROUP_DELETED = Said("Security Group deleted successfully.", "A.7")
GROUP_ATTACHED = Said("Security Group Attached Successfully", "A.7")
GROUP_DETACHED = Said("Security Groups Detached Successfully", "A.7")
IP_RESERVED = Said("IP reserved successfully.", "A.7")
IP_ASSIGNED = Said("IP assigned successfully.", "A.7")
IP_DETACHED = Said("IP detached successfully.", "A.7")
IP_RELEASED = Said("IP Released {}", "A.7")
PUBLIC_IP_DETACHED = Said("Public IP detached successfully.", "A.7")
VOLUME_ATTACHED = Said("Block Storage is Attached to VM.", "A.7")
VOLUME_DETACHING = Said("Block Storage Detach Process is Started.", "A.7")
VOLUME_DELETED = Said("Block Storage Deleted", "A.7")
CREATED = Said("Created Successfully", "A.7")
VPC_ATTACHED = Said("VPC attached successfully.", "A.7")
VPC_DETACHED = Said("VPC detached successfully.", "A.7")
VPC_DELETED = Said("Delete Vpc Initiated Successfully", "A.7")
IMAGE_RENAMED = Said("Image name changed successfully", "A.7")
IMAGE_DELETED = Said("Image deleted successfully", "A.7")
KEY_DELETED = Said("SSH Key has been deleted successfully.", "A.7")
PROJECT_UPDATED = Said("Project Updation done!", "A.7")
FUNCTION_DELETED = Said("Function deleted successfully.", "H.5")
FUNCTION_BUILDS = Said("Function sent to build", "P.10")
NAMESPACE_EXISTS = Said("Namespace {} exists", "H.1")
NAMESPACE_GONE = Said("Namespace deleted", "H.1")
NAMESPACE_DELETED = Said("Namespace deleted successfully.", "H.1")
ACTIVATED = Said("FaaS plan activated successfully.", "P.9")
