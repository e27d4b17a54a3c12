/* Debian's libgit2.a was built with libssh2. Commits are fetched over HTTPS alone, with a token: without these two, which
 * libgit2 calls when it starts and when a remote is ssh://, the linker leaves all of libssh2 out. */
int git_transport_ssh_libssh2_global_init(void);
int git_transport_ssh_libssh2_global_init(void) { return 0; }

void git_error_set_str(int category, const char *text);
int git_smart_subtransport_ssh(void **out, void *owner, void *parameter);
int git_smart_subtransport_ssh(void **out, void *owner, void *parameter) {
    enum { invalid = 3 }; /* GIT_ERROR_INVALID */
    (void)owner;
    (void)parameter;
    *out = 0;
    git_error_set_str(invalid, "cannot create SSH transport; library was built without SSH support");
    return -1;
}
