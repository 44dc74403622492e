/** Descriptor 3 of the agent: its state folder on the host, so that what it mounts cannot hide that folder from it. */
export const STATE_FOLDER_DESCRIPTOR = 3;
