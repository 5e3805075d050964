/* libmodbus as the peer of a benchmark: "serve tcp", "serve rtu DEVICE", "ask tcp PORT TIMES", "ask rtu DEVICE TIMES".
   A server's first line is "ready" and, for tcp, the port. A client reads ten registers again and again, three
   milliseconds after each answer, and prints the median of its exchanges in microseconds. */
#include <arpa/inet.h>
#include <modbus/modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int serve(modbus_t *bus, int tcp)
{
    modbus_mapping_t *map = modbus_mapping_new(0, 0, 100, 0);
    modbus_set_slave(bus, 1);
    if (tcp) {
        int listener = modbus_tcp_listen(bus, 1);
        struct sockaddr_in name;
        socklen_t size = sizeof name;
        getsockname(listener, (struct sockaddr *)&name, &size);
        printf("ready %d\n", ntohs(name.sin_port));
        fflush(stdout);
        for (;;) {
            unsigned char query[MODBUS_TCP_MAX_ADU_LENGTH];
            modbus_tcp_accept(bus, &listener);
            for (int count; (count = modbus_receive(bus, query)) >= 0;)
                if (count > 0)
                    modbus_reply(bus, query, count, map);
        }
    }
    if (modbus_connect(bus) < 0)
        return 1;
    printf("ready\n");
    fflush(stdout);
    for (;;) {
        unsigned char query[MODBUS_RTU_MAX_ADU_LENGTH];
        int count = modbus_receive(bus, query);
        if (count > 0)
            modbus_reply(bus, query, count, map);
    }
}

static int compare(const void *a, const void *b)
{
    return *(const long *)a < *(const long *)b ? -1 : 1;
}

static int ask(modbus_t *bus, int times)
{
    long *took = malloc(times * sizeof *took);
    modbus_set_slave(bus, 1);
    if (modbus_connect(bus) < 0)
        return 1;
    for (int i = 0; i < times; i++) {
        uint16_t values[10];
        struct timespec begun, done;
        usleep(3000);
        clock_gettime(CLOCK_MONOTONIC, &begun);
        if (modbus_read_registers(bus, 0, 10, values) != 10)
            return 1;
        clock_gettime(CLOCK_MONOTONIC, &done);
        took[i] = (done.tv_sec - begun.tv_sec) * 1000000000L + done.tv_nsec - begun.tv_nsec;
    }
    qsort(took, times, sizeof *took, compare);
    printf("%.1f\n", took[times / 2] / 1e3);
    return 0;
}

int main(int argc, char **argv)
{
    int tcp = strcmp(argv[2], "tcp") == 0, server = strcmp(argv[1], "serve") == 0;
    modbus_t *bus = tcp ? modbus_new_tcp("127.0.0.1", server ? 0 : atoi(argv[3]))
                        : modbus_new_rtu(argv[3], 115200, 'N', 8, 1);
    return server ? serve(bus, tcp) : ask(bus, atoi(argv[4]));
}
