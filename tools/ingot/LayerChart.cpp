#include "tools/ingot/LayerChart.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

#include <algorithm>

using namespace ingot;

constexpr int kRow = 18, kTop = 30, kLabels = 420, kBars = 400, kMost = 80, kMargin = 60;

/// Names come from a file: what XML gives a meaning is escaped, what it forbids left out.
static void printText(llvm::StringRef text, llvm::raw_ostream &os) {
  std::string legal;
  for (unsigned char c : text)
    legal += c < 0x20 || c >= 0x7f ? '?' : char(c);
  llvm::printHTMLEscaped(legal, os);
}

static void drawScale(int height, llvm::raw_ostream &os) {
  for (int decibels = 0; decibels <= kMost; decibels += 20) {
    int x = kLabels + decibels * kBars / kMost;
    os << "<line x1=\"" << x << "\" x2=\"" << x << "\" y1=\"" << kTop - 6 << "\" y2=\"" << height
       << "\" stroke=\"#ccc\"/>\n<text x=\"" << x << "\" y=\"" << kTop - 10
       << "\" text-anchor=\"middle\">" << decibels << " dB</text>\n";
  }
}

static void drawRow(const LayerRow &row, int y, llvm::raw_ostream &os) {
  double decibels = row.error.signalToNoise();
  int width = int(std::clamp(decibels, 0.0, double(kMost)) * kBars / kMost);
  const char *colour = decibels < 20 ? "#c0392b" : decibels < 35 ? "#d4a017" : "#3b7dd8";
  os << "<text x=\"" << kLabels - 6 << "\" y=\"" << y + kRow - 5 << "\" text-anchor=\"end\">";
  printText(row.tensor, os);
  os << "</text>\n<rect x=\"" << kLabels << "\" y=\"" << y + 2 << "\" width=\"" << width
     << "\" height=\"" << kRow - 4 << "\" fill=\"" << colour << "\"/>\n<text x=\""
     << kLabels + width + 4 << "\" y=\"" << y + kRow - 5 << "\">" << llvm::format("%.1f", decibels)
     << "</text>\n";
}

void ingot::drawLayers(llvm::ArrayRef<LayerRow> rows, llvm::raw_ostream &os) {
  int height = kTop + kRow * int(rows.size());
  os << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" << kLabels + kBars + kMargin
     << "\" height=\"" << height + 6 << "\" font-family=\"sans-serif\" font-size=\"11\">\n"
     << "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n";
  drawScale(height, os);
  for (auto [i, row] : llvm::enumerate(rows))
    drawRow(row, kTop + kRow * int(i), os);
  os << "</svg>\n";
}
