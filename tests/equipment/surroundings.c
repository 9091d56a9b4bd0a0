/* Loaded before the C library (LD_PRELOAD) by a program that is to have a bad day: its disk is full or
 * read-only below one folder, and the time of day is another one. Works for root as well, to whom a
 * folder without write permission says nothing.
 *
 * Environment: SURROUNDINGS_FOLDER, with the files (read at every call; none of them: all is well)
 *   clock   seconds that are added to the time of day (CLOCK_REALTIME)
 *   disk    "readonly"; or "full N": N more calls of write are done, half of the next one, then none
 *   writes  how many calls of write the disk has seen; kept here
 * and SURROUNDINGS_DISK, the folder that stands for the disk.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#define REAL(type, name, ...)                                                                      \
    static type (*real_##name)(__VA_ARGS__);                                                       \
    if (real_##name == NULL)                                                                       \
        *(void **)&real_##name = dlsym(RTLD_NEXT, #name)

static ssize_t plain_write(int fd, const void *data, size_t n)
{
    REAL(ssize_t, write, int, const void *, size_t);
    return real_write(fd, data, n);
}

static int plain_open(const char *path, int flags, mode_t mode)
{
    REAL(int, open, const char *, int, ...);
    return real_open(path, flags, mode);
}

/* What a file of the folder says; "" where there is none. */
static void told(const char *name, char *text, size_t size)
{
    char path[PATH_MAX];
    const char *folder = getenv("SURROUNDINGS_FOLDER");
    ssize_t n = 0;
    int fd, before = errno;
    if (folder != NULL) {
        snprintf(path, sizeof path, "%s/%s", folder, name);
        fd = plain_open(path, O_RDONLY | O_CLOEXEC, 0);
        if (fd >= 0) {
            n = read(fd, text, size - 1);
            close(fd);
        }
    }
    text[n > 0 ? n : 0] = 0;
    errno = before;
}

static long later(void)
{
    char text[32];
    told("clock", text, sizeof text);
    return strtol(text, NULL, 10);
}

/* Whether a path, absolute or below a folder, is on the disk. */
static int on_disk(int folder, const char *path)
{
    char link[64], base[PATH_MAX] = "";
    const char *disk = getenv("SURROUNDINGS_DISK");
    ssize_t n;
    if (disk == NULL || path == NULL)
        return 0;
    if (path[0] == '/')
        return strncmp(path, disk, strlen(disk)) == 0;
    if (folder == AT_FDCWD)
        n = readlink("/proc/self/cwd", base, sizeof base - 1);
    else {
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        n = readlink(link, base, sizeof base - 1);
    }
    base[n > 0 ? n : 0] = 0;
    return strncmp(base, disk, strlen(disk)) == 0;
}

static int is_open_on_disk(int fd)
{
    return on_disk(fd, "");
}

static int readonly(int folder, const char *path)
{
    char text[32];
    told("disk", text, sizeof text);
    if (strncmp(text, "readonly", 8) != 0 || !on_disk(folder, path))
        return 0;
    errno = EROFS;
    return 1;
}

/* How many of n bytes still go on the disk. */
static size_t room(int fd, size_t n)
{
    char text[64], path[PATH_MAX];
    long left, seen;
    int counter;
    told("disk", text, sizeof text);
    if (sscanf(text, "full %ld", &left) != 1 || !is_open_on_disk(fd))
        return n;
    told("writes", text, sizeof text);
    seen = strtol(text, NULL, 10);
    snprintf(path, sizeof path, "%s/writes", getenv("SURROUNDINGS_FOLDER"));
    counter = plain_open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (counter >= 0) {
        plain_write(counter, text, (size_t)snprintf(text, sizeof text, "%ld\n", seen + 1));
        close(counter);
    }
    return seen < left ? n : seen == left ? n / 2 : 0;
}

ssize_t write(int fd, const void *data, size_t n)
{
    size_t fits = n > 0 ? room(fd, n) : n;
    if (n > 0 && fits == 0) {
        errno = ENOSPC;
        return -1;
    }
    return plain_write(fd, data, fits);
}

static int opened(const char *path, int flags, mode_t mode)
{
    if ((flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) && readonly(AT_FDCWD, path))
        return -1;
    return plain_open(path, flags, mode);
}

int open(const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & O_CREAT ? (mode_t)va_arg(more, int) : 0;
    va_end(more);
    return opened(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & O_CREAT ? (mode_t)va_arg(more, int) : 0;
    va_end(more);
    return opened(path, flags | O_LARGEFILE, mode);
}

int mkdir(const char *path, mode_t mode)
{
    REAL(int, mkdir, const char *, mode_t);
    struct stat there;
    /* A folder that is there already says so first, as every file system does. */
    if (stat(path, &there) != 0 && readonly(AT_FDCWD, path))
        return -1;
    return real_mkdir(path, mode);
}

int unlink(const char *path)
{
    REAL(int, unlink, const char *);
    return readonly(AT_FDCWD, path) ? -1 : real_unlink(path);
}

int unlinkat(int folder, const char *path, int flags)
{
    REAL(int, unlinkat, int, const char *, int);
    return readonly(folder, path) ? -1 : real_unlinkat(folder, path, flags);
}

int rename(const char *from, const char *to)
{
    REAL(int, rename, const char *, const char *);
    return readonly(AT_FDCWD, to) ? -1 : real_rename(from, to);
}

int ftruncate64(int fd, off64_t size)
{
    REAL(int, ftruncate64, int, off64_t);
    return readonly(fd, "") ? -1 : real_ftruncate64(fd, size);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    REAL(int, clock_gettime, clockid_t, struct timespec *);
    int rv = real_clock_gettime(clock, now);
    if (rv == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += later();
    return rv;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    REAL(int, gettimeofday, struct timeval *, void *);
    int rv = real_gettimeofday(now, zone);
    if (rv == 0)
        now->tv_sec += later();
    return rv;
}

time_t time(time_t *result)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (result != NULL)
        *result = now.tv_sec;
    return now.tv_sec;
}
