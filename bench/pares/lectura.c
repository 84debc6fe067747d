/* The floor of reading: the statements of a company fetched over its windows by libfbclient, and nothing done.

   lectura DSN USER CHARSET DIALECT SQLFILE... -- DAY DAY DAY...     password: ISC_PASSWORD

   A window goes from each day to the next, in a read-only snapshot of its own. Prints "listo", waits for a line, then
   prints seconds, connection included, and rows as JSON. */

#include <ibase.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static ISC_STATUS_ARRAY status;
static const char tpb[] = {isc_tpb_version3, isc_tpb_read, isc_tpb_concurrency, isc_tpb_nowait};

static void check(void) {
    if (status[0] == 1 && status[1]) {
        isc_print_status(status);
        exit(1);
    }
}

static isc_db_handle attach(const char *dsn, const char *user, const char *charset) {
    char dpb[512];
    short length = 0;
    isc_db_handle db = 0;
    const char *values[] = {user, getenv("ISC_PASSWORD"), charset};
    const char items[] = {isc_dpb_user_name, isc_dpb_password, isc_dpb_lc_ctype};
    dpb[length++] = isc_dpb_version1;
    for (int i = 0; i < 3; i++) {
        size_t n = strlen(values[i]);
        dpb[length++] = items[i];
        dpb[length++] = (char)n;
        memcpy(dpb + length, values[i], n);
        length += n;
    }
    isc_attach_database(status, 0, dsn, &db, length, dpb);
    check();
    return db;
}

static XSQLDA *room(int columns) {
    XSQLDA *da = calloc(1, XSQLDA_LENGTH(columns));
    da->version = SQLDA_VERSION1;
    da->sqln = columns;
    return da;
}

static XSQLDA *output(isc_stmt_handle *stmt) {
    XSQLDA *da = room(200);
    isc_dsql_describe(status, stmt, SQLDA_VERSION1, da);
    check();
    for (int i = 0; i < da->sqld; i++) {
        da->sqlvar[i].sqldata = malloc(da->sqlvar[i].sqllen + 2);
        da->sqlvar[i].sqlind = malloc(sizeof(ISC_SHORT));
    }
    return da;
}

static XSQLDA *window(const char *from, const char *to) {
    static XSQLDA *da;
    static ISC_TIMESTAMP moments[2];
    static ISC_SHORT present[2];
    const char *days[] = {from, to};
    if (!da) da = room(2);
    da->sqld = 2;
    for (int i = 0; i < 2; i++) {
        struct tm day = {0};
        sscanf(days[i], "%d-%d-%d", &day.tm_year, &day.tm_mon, &day.tm_mday);
        day.tm_year -= 1900;
        day.tm_mon -= 1;
        isc_encode_timestamp(&day, &moments[i]);
        da->sqlvar[i].sqltype = SQL_TIMESTAMP + 1;
        da->sqlvar[i].sqllen = sizeof(ISC_TIMESTAMP);
        da->sqlvar[i].sqldata = (char *)&moments[i];
        da->sqlvar[i].sqlind = &present[i];
    }
    return da;
}

static long fetch(isc_db_handle *db, unsigned short dialect, const char *sql, const char *from, const char *to) {
    isc_tr_handle tr = 0;
    isc_stmt_handle stmt = 0;
    long rows = 0;
    ISC_STATUS code;
    isc_start_transaction(status, &tr, 1, db, (unsigned short)sizeof tpb, tpb);
    check();
    isc_dsql_allocate_statement(status, db, &stmt);
    isc_dsql_prepare(status, &tr, &stmt, 0, sql, dialect, NULL);
    check();
    XSQLDA *out = output(&stmt);
    isc_dsql_execute(status, &tr, &stmt, SQLDA_VERSION1, window(from, to));
    check();
    while ((code = isc_dsql_fetch(status, &stmt, SQLDA_VERSION1, out)) == 0) rows++;
    if (code != 100) check();
    isc_dsql_free_statement(status, &stmt, DSQL_drop);
    isc_rollback_transaction(status, &tr);
    check();
    return rows;
}

static char *text(const char *path) {
    static char buffer[65536];
    FILE *file = fopen(path, "rb");
    if (!file) exit(2);
    buffer[fread(buffer, 1, sizeof buffer - 1, file)] = 0;
    fclose(file);
    return strdup(buffer);
}

int main(int argc, char **argv) {
    struct timespec start, end;
    unsigned short dialect = (unsigned short)atoi(argv[4]);
    int files = 5;
    long rows = 0;
    while (files < argc && strcmp(argv[files], "--")) files++;
    puts("listo");
    fflush(stdout);
    getchar();
    clock_gettime(CLOCK_MONOTONIC, &start);
    isc_db_handle db = attach(argv[1], argv[2], argv[3]);
    for (int day = files + 1; day + 1 < argc; day++)
        for (int i = 5; i < files; i++) rows += fetch(&db, dialect, text(argv[i]), argv[day], argv[day + 1]);
    isc_detach_database(status, &db);
    clock_gettime(CLOCK_MONOTONIC, &end);
    double seconds = (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
    double cpu = (double)clock() / CLOCKS_PER_SEC;
    printf("{\"segundos\": %.6f, \"filas\": %ld, \"cpu\": %.6f}\n", seconds, rows, cpu);
    return 0;
}
