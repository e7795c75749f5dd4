/* Loaded before the C library: the real-time clock with an offset, in seconds, that stands in the file FAULTS_CLOCK.
   The monotonic clock is left alone, as it is when a real clock is set back. Packaged fakes of the clock were tried:
   they break sleeping on the monotonic clock in Python 3.11. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static int (*real_clock)(clockid_t, struct timespec *);

static long offset(void) {
    static long known;
    static time_t read_at;
    struct timespec now;
    real_clock(CLOCK_MONOTONIC, &now);
    if (now.tv_sec != read_at) { /* once a second is enough, and costs nothing */
        FILE *file = fopen(getenv("FAULTS_CLOCK") ? getenv("FAULTS_CLOCK") : "", "r");
        read_at = now.tv_sec;
        if (file) {
            if (fscanf(file, "%ld", &known) != 1) known = 0;
            fclose(file);
        }
    }
    return known;
}

int clock_gettime(clockid_t clock, struct timespec *to) {
    if (!real_clock) real_clock = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int result = real_clock(clock, to);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) to->tv_sec += offset();
    return result;
}

int gettimeofday(struct timeval *to, void *zone) {
    struct timespec now;
    (void)zone;
    int result = clock_gettime(CLOCK_REALTIME, &now);
    to->tv_sec = now.tv_sec;
    to->tv_usec = now.tv_nsec / 1000;
    return result;
}

time_t time(time_t *to) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (to) *to = now.tv_sec;
    return now.tv_sec;
}
