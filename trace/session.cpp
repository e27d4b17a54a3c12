#include "trace/session.h"

#include <poll.h>

#include <algorithm>
#include <chrono>

#include "core/text.h"
#include "trace/interruption.h"

namespace pgfence::trace {
namespace {

constexpr int kPollMs = 100;
constexpr std::chrono::seconds kLastPatience{30};
constexpr std::chrono::seconds kPatienceForCancel{10};

std::string text_of(const char* text) { return text ? text : ""; }

std::string without_line_breaks(std::string text) {
    while (!text.empty() && text.back() == '\n') text.pop_back();
    for (char& c : text)
        if (c == '\n' || c == '\t') c = ' ';
    return text;
}

void keep_message(void* messages, const PGresult* result) {
    const std::string severity = text_of(PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED));
    static_cast<std::vector<std::string>*>(messages)->push_back(
        severity + ": " + without_credentials(text_of(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY))));
}

}  // namespace

Session::Session(PGconn* connection)
    : connection_(connection), messages_(std::make_unique<std::vector<std::string>>()) {
    PQsetNoticeReceiver(connection, keep_message, messages_.get());
}

Result<Session> Session::connect(const Target& target) {
    std::vector<const char*> names, values;
    const auto add = [&](const char* name, const char* value) {
        names.push_back(name);
        values.push_back(value);
    };
    for (const auto& [name, value] : target.parameters) add(name.c_str(), value.c_str());
    add("application_name", "pgfence trace");
    add("client_encoding", "UTF8");
    add(nullptr, nullptr);
    Session session(PQconnectdbParams(names.data(), values.data(), 1));
    if (!session.connection_ || session.broken())
        return failure("no connection to the server: " +
                       without_credentials(without_line_breaks(text_of(PQerrorMessage(session.connection_.get())))));
    return session;
}

void Session::send(const std::string& sql) {
    messages_->clear();
    cancelled_ = false;
    deadline_ = limits_.end;
    if (limits_.each.count() > 0) deadline_ = std::min(deadline_, std::chrono::steady_clock::now() + limits_.each);
    PQsendQuery(connection_.get(), sql.c_str());
}

bool Session::within_limits() {
    const auto now = std::chrono::steady_clock::now();
    if (now < deadline_) return true;
    if (!cancelled_) cancel();
    cancelled_ = true;
    abandoned_ = now >= deadline_ + kPatienceForCancel;
    return !abandoned_;
}

bool Session::answered() { return PQconsumeInput(connection_.get()) == 0 || PQisBusy(connection_.get()) == 0; }

bool Session::await_answer() {
    while (!answered()) {
        if (interrupted() || !within_limits()) return false;
        pollfd socket{PQsocket(connection_.get()), POLLIN, 0};
        poll(&socket, 1, kPollMs);
    }
    return true;
}

void Session::take(PGresult& result, Answer& answer) {
    switch (PQresultStatus(&result)) {
        case PGRES_TUPLES_OK:
            for (int row = 0; row < PQntuples(&result); ++row) {
                auto& values = answer.rows.emplace_back();
                for (int column = 0; column < PQnfields(&result); ++column)
                    values.emplace_back(PQgetvalue(&result, row, column));
            }
            break;
        case PGRES_COPY_IN: PQputCopyEnd(connection_.get(), nullptr); return;
        case PGRES_COPY_OUT:
            for (char* line = nullptr; PQgetCopyData(connection_.get(), &line, 0) > 0;) PQfreemem(line);
            return;
        case PGRES_COMMAND_OK:
        case PGRES_EMPTY_QUERY: break;
        default:
            if (!answer.error.empty()) return;
            answer.sqlstate = text_of(PQresultErrorField(&result, PG_DIAG_SQLSTATE));
            answer.error = text_of(PQresultErrorField(&result, PG_DIAG_MESSAGE_PRIMARY));
            if (answer.error.empty()) answer.error = text_of(PQresultErrorMessage(&result));
            answer.error = without_credentials(without_line_breaks(answer.error));
            return;
    }
    answer.tag = text_of(PQcmdStatus(&result));
}

Answer Session::receive() {
    return receive([this] { return await_answer(); });
}

Answer Session::receive(const std::function<bool()>& await) {
    Answer answer;
    while (true) {
        if (!await()) {
            answer.error = abandoned_ ? "the server does not stop the statement" : "interrupted";
            break;
        }
        PGresult* result = PQgetResult(connection_.get());
        if (!result) break;
        take(*result, answer);
        PQclear(result);
        if (broken()) break;
    }
    if (answer.error.empty() && broken()) answer.error = "the server closed the connection";
    if (cancelled_ && !answer.error.empty())
        answer.error = std::chrono::steady_clock::now() >= limits_.end
                           ? "stopped: the whole trace reached its time limit"
                           : "stopped after " + counted(static_cast<std::size_t>(limits_.each.count()), "second") +
                                 ", the time limit of a statement";
    answer.messages = *messages_;
    return answer;
}

Answer Session::ask(const std::string& sql) {
    send(sql);
    return receive();
}

void Session::cancel() {
    const std::unique_ptr<PGcancel, void (*)(PGcancel*)> request(PQgetCancel(connection_.get()), PQfreeCancel);
    char error[256];
    if (request) PQcancel(request.get(), error, sizeof error);
}

Answer Session::ask_whatever_happens(const std::string& sql) {
    // What was interrupted may still be running in this session.
    if (!idle()) cancel();
    const auto end = std::chrono::steady_clock::now() + kLastPatience;
    const auto patiently = [&] {
        while (!answered() && std::chrono::steady_clock::now() < end) {
            pollfd socket{PQsocket(connection_.get()), POLLIN, 0};
            poll(&socket, 1, kPollMs);
        }
        return answered();
    };
    receive(patiently);
    send(sql);
    return receive(patiently);
}

Result<std::vector<std::vector<std::string>>> Session::rows(const std::string& sql) {
    Answer answer = ask(sql);
    if (!answer.error.empty()) return failure("the server could not be asked what happened: " + answer.error);
    return std::move(answer.rows);
}

std::string Session::parameter(const char* name) const { return text_of(PQparameterStatus(connection_.get(), name)); }

Result<std::string> scram_verifier(const std::string& password, const std::string& user) {
    // libpq wants a connection to keep its errors in; none is opened.
    const std::unique_ptr<PGconn, void (*)(PGconn*)> unopened(PQconnectStart("host=/nonexistent"), PQfinish);
    const std::unique_ptr<char, void (*)(void*)> verifier(
        PQencryptPasswordConn(unopened.get(), password.c_str(), user.c_str(), "scram-sha-256"), PQfreemem);
    if (!verifier)
        return failure("no password could be made: " + without_line_breaks(text_of(PQerrorMessage(unopened.get()))));
    return std::string(verifier.get());
}

std::string quoted(std::string_view name) { return in_doubled_quotes(name, '"'); }
std::string literal(std::string_view text) { return in_doubled_quotes(text, '\''); }

}  // namespace pgfence::trace
