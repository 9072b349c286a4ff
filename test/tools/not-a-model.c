/* A library that describes no model. */
int ingot_unrelated(void);
int ingot_unrelated(void) { return 0; }
