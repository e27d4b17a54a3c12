#include "bot/file_commands.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "bot/report_file.h"
#include "bot/workflow_text.h"
#include "core/text.h"

namespace pgfence {
namespace {

constexpr std::uintmax_t kLargestSummary = 1u << 20;

bool is_output_name(const std::string& name) {
    return !name.empty() &&
           std::all_of(name.begin(), name.end(), [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_'; });
}

Result<bool> append(const std::string& path, const std::string& text, const std::string& what) {
    const auto written = append_to_file(path, text);
    if (!written) return failure("cannot append to " + what + " (" + path + "): " + written.error().message);
    return true;
}

}  // namespace

std::string outputs_text(const std::vector<std::pair<std::string, std::string>>& outputs,
                         const std::string& delimiter) {
    std::string text;
    for (const auto& [name, value] : outputs) {
        if (!is_output_name(name) || value.find(delimiter) != std::string::npos) continue;
        if (value.find_first_of("\r\n") == std::string::npos)
            text += name + "=" + value + "\n";
        else
            text += name + "<<" + delimiter + "\n" + value + "\n" + delimiter + "\n";
    }
    return text;
}

Result<bool> append_outputs(const std::string& path, const std::vector<std::pair<std::string, std::string>>& outputs) {
    return append(path, outputs_text(outputs, "ghadelimiter_" + random_token()), "the step outputs, GITHUB_OUTPUT");
}

Result<bool> append_summary(const std::string& path, const std::string& markdown) {
    std::error_code absent;
    const auto size = std::filesystem::file_size(path, absent);
    const auto there = absent ? 0 : size;
    if (there + markdown.size() + 1 > kLargestSummary)
        return failure("the job summary would exceed GitHub's 1 MiB (" + std::to_string(there + markdown.size()) +
                       " bytes)");
    return append(path, markdown + "\n", "the job summary, GITHUB_STEP_SUMMARY");
}

}  // namespace pgfence
