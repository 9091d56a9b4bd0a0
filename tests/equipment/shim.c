/* A PKCS#11 library that stands between the product and SoftHSM2: it counts PIN and PUK tries like
 * a card (three each, lowered before the comparison, kept in a file), notes which functions were
 * called (names only), and fails on demand.
 *
 * Environment: P11SHIM_MODULE, the library underneath; P11SHIM_FOLDER, with the files
 *   state   "3 3": PIN tries and PUK tries left
 *   log     one function name a line, appended
 *   faults  one a line, read at every call: FUNCTION COUNT ACTION [VALUE]
 *           COUNT: the nth call in this process, or 0 for every call
 *           error 0x30 / after 0x30   answer this instead of / after the call
 *           delay MS / late MS        wait before / after the call
 *           crash / crashed           SIGSEGV before / after the call
 *           hang / hung               never come back, before / after the call
 *           wait / waited             make the file `waiting`, and go on when it is gone
 *           noise                     print to standard output
 *           "* 0 silent" on a line: token flags tell nothing of tries
 *           "* 0 nameless": slots do not say which reader they are
 *           "* 0 pinpad": the reader asks for PINs by itself, when a call has NULL for one
 *   pad     what is typed on such a reader: the PIN, and on a second line a new one; no file:
 *           the person presses cancel
 *           "* 0 locked": the last wrong try answers CKR_PIN_LOCKED
 * C_Login is called C_Login(SO), C_Login(USER) or C_Login(CONTEXT).
 */
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <p11-kit/pkcs11.h>

#define TRIES 3
enum { USER, SO };

static CK_FUNCTION_LIST list, *real;
static char called[64][40];
static int calls[64];

static FILE *file(const char *name, const char *mode)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", getenv("P11SHIM_FOLDER"), name);
    return fopen(path, mode);
}

static void load_tries(int tries[2])
{
    FILE *f = file("state", "r");
    tries[USER] = tries[SO] = TRIES;
    if (f == NULL)
        return;
    if (fscanf(f, "%d %d", &tries[USER], &tries[SO]) != 2)
        abort();
    fclose(f);
}

/* Whole or not at all: the process may be killed, or stopped, at any moment. */
static void save_tries(const int tries[2])
{
    const char *folder = getenv("P11SHIM_FOLDER");
    char written[4096], state[4096];
    snprintf(written, sizeof written, "%s/state.%d", folder, (int)getpid());
    snprintf(state, sizeof state, "%s/state", folder);
    FILE *f = fopen(written, "w");
    if (f == NULL)
        abort();
    fprintf(f, "%d %d\n", tries[USER], tries[SO]);
    if (fclose(f) != 0 || rename(written, state) != 0)
        abort();
}

static int count(const char *name)
{
    for (int i = 0; i < 64; i++) {
        if (called[i][0] == 0)
            strncpy(called[i], name, sizeof called[i] - 1);
        if (strcmp(called[i], name) == 0)
            return ++calls[i];
    }
    abort();
}

/* The first fault of a kind that is meant for this call; its value in *value. */
static int fault(const char *name, int nth, const char *action, long *value)
{
    char line[256], f_name[64], f_action[32];
    int f_nth, found = 0;
    long f_value;
    FILE *f = file("faults", "r");
    if (f == NULL)
        return 0;
    while (!found && fgets(line, sizeof line, f) != NULL) {
        f_value = 0;
        if (sscanf(line, "%63s %d %31s %li", f_name, &f_nth, f_action, &f_value) < 3)
            continue;
        found = strcmp(f_name, name) == 0 && (f_nth == 0 || f_nth == nth)
            && strcmp(f_action, action) == 0;
    }
    fclose(f);
    if (found && value != NULL)
        *value = f_value;
    return found;
}

/* Between two calls of the library underneath: whoever stops or kills the process now does so neither
 * while SoftHSM2 writes, which leaves half a token as no card does, nor while this library does. */
static void wait_for_leave(void)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/waiting", getenv("P11SHIM_FOLDER"));
    FILE *f = fopen(path, "w");
    if (f == NULL)
        abort();
    fclose(f);
    while (access(path, F_OK) == 0)
        usleep(5000);
}

/* Before a call: 1 if *rv is to be answered instead. */
static int before(const char *name, int *nth, CK_RV *rv)
{
    long value;
    FILE *f = file("log", "a");
    if (f != NULL) {
        fprintf(f, "%s\n", name);
        fclose(f);
    }
    *nth = count(name);
    if (fault(name, *nth, "noise", NULL)) {
        printf("J this is no frame\n");
        fflush(stdout);
    }
    if (fault(name, *nth, "delay", &value))
        usleep((useconds_t)value * 1000);
    if (fault(name, *nth, "wait", NULL))
        wait_for_leave();
    if (fault(name, *nth, "crash", NULL))
        raise(SIGSEGV);
    while (fault(name, *nth, "hang", NULL))
        pause();
    if (!fault(name, *nth, "error", &value))
        return 0;
    *rv = (CK_RV)value;
    return 1;
}

static CK_RV after(const char *name, int nth, CK_RV rv)
{
    long value;
    if (fault(name, nth, "late", &value))
        usleep((useconds_t)value * 1000);
    if (fault(name, nth, "waited", NULL))
        wait_for_leave();
    if (fault(name, nth, "crashed", NULL))
        raise(SIGSEGV);
    while (fault(name, nth, "hung", NULL))
        pause();
    return fault(name, nth, "after", &value) ? (CK_RV)value : rv;
}

#define CALL(name, call)                                                                           \
    do {                                                                                           \
        int nth;                                                                                   \
        CK_RV rv;                                                                                  \
        if (before(name, &nth, &rv))                                                               \
            return rv;                                                                             \
        rv = (call);                                                                               \
        return after(name, nth, rv);                                                               \
    } while (0)

/* A call that presents a PIN or PUK: the try is lowered first, and given back unless it was wrong. */
#define COUNTED(who, call)                                                                         \
    ({                                                                                             \
        int tries[2];                                                                              \
        CK_RV answer = CKR_PIN_LOCKED;                                                             \
        load_tries(tries);                                                                         \
        if (tries[who] > 0) {                                                                      \
            int had = tries[who]--;                                                                \
            save_tries(tries);                                                                     \
            answer = (call);                                                                       \
            if (answer == CKR_OK)                                                                  \
                tries[who] = TRIES;                                                                \
            else if (answer != CKR_PIN_INCORRECT)                                                  \
                tries[who] = had;                                                                  \
            else if (tries[who] == 0 && fault("*", 0, "locked", NULL))                             \
                answer = CKR_PIN_LOCKED;                                                           \
            save_tries(tries);                                                                     \
        }                                                                                          \
        answer;                                                                                    \
    })

/* What is typed on the reader, line by line; 0 where nothing is. */
static CK_ULONG typed(unsigned char *pin, size_t size, int line)
{
    char text[64] = "";
    FILE *f = file("pad", "r");
    if (f == NULL)
        return 0;
    while (line-- >= 0)
        if (fgets(text, sizeof text, f) == NULL)
            text[0] = 0;
    fclose(f);
    text[strcspn(text, "\n")] = 0;
    strncpy((char *)pin, text, size);
    return strlen(text);
}

static CK_RV s_initialize(void *args) { CALL("C_Initialize", real->C_Initialize(args)); }
static CK_RV s_finalize(void *args) { CALL("C_Finalize", real->C_Finalize(args)); }

static CK_RV s_get_slot_list(unsigned char present, CK_SLOT_ID *slots, CK_ULONG *n)
{
    CALL("C_GetSlotList", real->C_GetSlotList(present, slots, n));
}

static CK_RV token_info(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
    static const CK_FLAGS low[2] = {CKF_USER_PIN_COUNT_LOW, CKF_SO_PIN_COUNT_LOW};
    static const CK_FLAGS final[2] = {CKF_USER_PIN_FINAL_TRY, CKF_SO_PIN_FINAL_TRY};
    static const CK_FLAGS locked[2] = {CKF_USER_PIN_LOCKED, CKF_SO_PIN_LOCKED};
    int tries[2];
    CK_RV rv = real->C_GetTokenInfo(slot, info);
    if (rv != CKR_OK)
        return rv;
    if (fault("*", 0, "pinpad", NULL))
        info->flags |= CKF_PROTECTED_AUTHENTICATION_PATH;
    load_tries(tries);
    for (int who = USER; who <= SO; who++) {
        info->flags &= ~(low[who] | final[who] | locked[who]);
        if (fault("*", 0, "silent", NULL))
            continue;
        if (tries[who] < TRIES)
            info->flags |= low[who];
        if (tries[who] == 1)
            info->flags |= final[who];
        if (tries[who] == 0)
            info->flags |= locked[who];
    }
    return rv;
}

static CK_RV s_get_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
    CALL("C_GetTokenInfo", token_info(slot, info));
}

static CK_RV s_get_slot_info(CK_SLOT_ID slot, CK_SLOT_INFO *info)
{
    CK_RV rv = real->C_GetSlotInfo(slot, info);
    if (rv == CKR_OK && fault("*", 0, "nameless", NULL)) {
        memset(info->slotDescription, ' ', sizeof info->slotDescription);
        memcpy(info->slotDescription, "CARD", 4);
    }
    return rv;
}

static CK_RV s_open_session(CK_SLOT_ID slot, CK_FLAGS flags, void *app, CK_NOTIFY notify,
                            CK_SESSION_HANDLE *session)
{
    CALL("C_OpenSession", real->C_OpenSession(slot, flags, app, notify, session));
}

static CK_RV s_close_session(CK_SESSION_HANDLE session)
{
    CALL("C_CloseSession", real->C_CloseSession(session));
}

static CK_RV s_login(CK_SESSION_HANDLE session, CK_USER_TYPE type, unsigned char *pin, CK_ULONG n)
{
    unsigned char pad[64];
    if (pin == NULL && fault("*", 0, "pinpad", NULL)) {
        pin = pad;
        n = typed(pad, sizeof pad, 0);
        if (n == 0)
            CALL("C_Login(NONE)", CKR_FUNCTION_CANCELED);
    }
    if (type == CKU_SO)
        CALL("C_Login(SO)", COUNTED(SO, real->C_Login(session, type, pin, n)));
    if (type == CKU_USER)
        CALL("C_Login(USER)", COUNTED(USER, real->C_Login(session, type, pin, n)));
    CALL("C_Login(CONTEXT)", real->C_Login(session, type, pin, n));
}

static CK_RV s_logout(CK_SESSION_HANDLE session) { CALL("C_Logout", real->C_Logout(session)); }

static CK_RV init_pin(CK_SESSION_HANDLE session, unsigned char *pin, CK_ULONG n)
{
    int tries[2];
    CK_RV rv = real->C_InitPIN(session, pin, n);
    if (rv == CKR_OK) {
        load_tries(tries);
        tries[USER] = TRIES;
        save_tries(tries);
    }
    return rv;
}

static CK_RV s_init_pin(CK_SESSION_HANDLE session, unsigned char *pin, CK_ULONG n)
{
    CALL("C_InitPIN", init_pin(session, pin, n));
}

static CK_RV s_set_pin(CK_SESSION_HANDLE session, unsigned char *old, CK_ULONG old_n,
                       unsigned char *new, CK_ULONG new_n)
{
    unsigned char pad[2][64];
    if (old == NULL && new == NULL && fault("*", 0, "pinpad", NULL)) {
        old = pad[0];
        new = pad[1];
        old_n = typed(old, sizeof pad[0], 0);
        new_n = typed(new, sizeof pad[1], 1);
        if (old_n == 0 || new_n == 0)
            CALL("C_SetPIN", CKR_FUNCTION_CANCELED);
    }
    CALL("C_SetPIN", COUNTED(USER, real->C_SetPIN(session, old, old_n, new, new_n)));
}

static CK_RV s_sign_init(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
    CALL("C_SignInit", real->C_SignInit(session, mechanism, key));
}

static CK_RV s_sign(CK_SESSION_HANDLE session, unsigned char *data, CK_ULONG n, unsigned char *out,
                    CK_ULONG *out_n)
{
    if (out == NULL) /* a question for the size */
        return real->C_Sign(session, data, n, out, out_n);
    CALL("C_Sign", real->C_Sign(session, data, n, out, out_n));
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST **result)
{
    if (real == NULL) {
        void *module = dlopen(getenv("P11SHIM_MODULE"), RTLD_NOW | RTLD_LOCAL);
        CK_RV (*get)(CK_FUNCTION_LIST **);
        if (module == NULL)
            return CKR_GENERAL_ERROR;
        *(void **)&get = dlsym(module, "C_GetFunctionList");
        if (get(&real) != CKR_OK)
            return CKR_GENERAL_ERROR;
        list = *real;
        list.C_GetFunctionList = C_GetFunctionList;
        list.C_Initialize = s_initialize;
        list.C_Finalize = s_finalize;
        list.C_GetSlotList = s_get_slot_list;
        list.C_GetSlotInfo = s_get_slot_info;
        list.C_GetTokenInfo = s_get_token_info;
        list.C_OpenSession = s_open_session;
        list.C_CloseSession = s_close_session;
        list.C_Login = s_login;
        list.C_Logout = s_logout;
        list.C_InitPIN = s_init_pin;
        list.C_SetPIN = s_set_pin;
        list.C_SignInit = s_sign_init;
        list.C_Sign = s_sign;
    }
    *result = &list;
    return CKR_OK;
}
