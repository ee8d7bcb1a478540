/* The functions of the add-on; server/engine/native-addon.ts says what they take and give. */
#ifndef GRAVITON_ADDON_FUNCTIONS_H
#define GRAVITON_ADDON_FUNCTIONS_H

#include <node_api.h>

#include "host.h"

napi_value addon_open(napi_env env, napi_callback_info info);
napi_value addon_facts(napi_env env, napi_callback_info info);
napi_value addon_submit(napi_env env, napi_callback_info info);
napi_value addon_cancel(napi_env env, napi_callback_info info);
napi_value addon_close(napi_env env, napi_callback_info info);
napi_value addon_encode(napi_env env, napi_callback_info info);
napi_value addon_token_text(napi_env env, napi_callback_info info);
napi_value addon_token_type(napi_env env, napi_callback_info info);
napi_value addon_token_output(napi_env env, napi_callback_info info);
napi_value addon_decoder(napi_env env, napi_callback_info info);
napi_value addon_decode(napi_env env, napi_callback_info info);
napi_value addon_decode_end(napi_env env, napi_callback_info info);

/* A host whose model is loaded; throws and returns false otherwise. */
bool read_open_host(napi_env env, napi_value value, host **found);

#endif
