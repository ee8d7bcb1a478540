/* Brings the reports of a host's thread to a JavaScript function, on the thread of JavaScript. */
#ifndef GRAVITON_ADDON_REPORTER_H
#define GRAVITON_ADDON_REPORTER_H

#include <node_api.h>

#include "host.h"

typedef struct reporter reporter;

/* Keeps the process alive until the host reports that it is closed. NULL, and an exception, when that fails. */
reporter *reporter_new(napi_env env, napi_value function);

/* The sink of the host that is started with it. */
void reporter_take(void *reporter, report *made);

/* Closes the host when the environment ends. It is the last that is done with a reporter by its maker. */
void reporter_watch(reporter *self, host *watched);

/* Instead of reporter_watch, when no host was started. */
void reporter_abandon(reporter *self);

#endif
