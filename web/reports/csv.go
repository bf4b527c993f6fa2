package reports

import (
	"bytes"
	"encoding/csv"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/report"
	"interdesk/web/ui"
)

// downloadCSV answers with one part of the report as CSV (RFC 4180), each day on its own row.
func (a *reportPages) downloadCSV(c *ui.Call) error {
	name, isCSV := strings.CutSuffix(c.R.PathValue("file"), ".csv")
	table := csvTables()[name]
	if !isCSV || table == nil {
		return desk.Missing()
	}
	m, err := a.readReport(c)
	if err != nil {
		return err
	}
	if m.faults != nil {
		return httpkit.BadRequest("InvalidValue", c.T("reports.span.wrong"))
	}
	raw, err := writeCSV(table(c, m.report))
	if err != nil {
		return err
	}
	file := name + "-" + m.from + "-" + m.to + ".csv"
	h := c.W.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8; header=present")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": file}))
	h.Set("Cache-Control", "no-store")
	c.W.WriteHeader(http.StatusOK)
	_, err = c.W.Write(raw)
	return err
}

// byteOrderMark tells spreadsheets that a file is UTF-8.
const byteOrderMark = "\uFEFF"

// writeCSV writes rows. A cell that a spreadsheet would take for a formula is told to be text by an apostrophe.
func writeCSV(rows [][]string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(byteOrderMark)
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	for _, row := range rows {
		for i, cell := range row {
			row[i] = guardFormula(cell)
		}
		if err := w.Write(row); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

func guardFormula(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// csvTables are the parts of a report that can be downloaded.
func csvTables() map[string]func(*ui.Call, *report.Report) [][]string {
	return map[string]func(*ui.Call, *report.Report) [][]string{
		"tickets": dayRows, "status": statusRows, "tags": tagRows, "partners": partnerRows,
		"groups":       func(c *ui.Call, r *report.Report) [][]string { return workRows(c, c.T("reports.group"), r.Groups) },
		"satisfaction": ratingDayRows,
		"satisfaction-agents": func(c *ui.Call, r *report.Report) [][]string {
			return ratedRows(c, c.T("reports.agent"), r.Satisfaction.Agents)
		},
		"satisfaction-groups": func(c *ui.Call, r *report.Report) [][]string {
			return ratedRows(c, c.T("reports.group"), r.Satisfaction.Groups)
		},
		"agents": func(c *ui.Call, r *report.Report) [][]string { return workRows(c, c.T("reports.agent"), r.Agents) },
	}
}

func dayRows(c *ui.Call, r *report.Report) [][]string {
	rows := [][]string{{c.T("reports.day"), c.T("reports.created"), c.T("reports.solved")}}
	for _, d := range r.Days {
		rows = append(rows, []string{d.At.String(), strconv.Itoa(d.Created), strconv.Itoa(d.Solved)})
	}
	return rows
}

func statusRows(c *ui.Call, r *report.Report) [][]string {
	rows := [][]string{{c.T("reports.status"), c.T("reports.tickets")}}
	for _, s := range r.Statuses {
		rows = append(rows, []string{c.T("status." + s.Name), strconv.Itoa(s.N)})
	}
	return rows
}

func tagRows(c *ui.Call, r *report.Report) [][]string {
	rows := [][]string{{c.T("reports.tag"), c.T("reports.tickets")}}
	for _, t := range r.Tags {
		rows = append(rows, []string{t.Name, strconv.Itoa(t.N)})
	}
	return rows
}

func workRows(c *ui.Call, head string, all []report.Worked) [][]string {
	rows := [][]string{{head, c.T("reports.tickets"), c.T("reports.solved.of")}}
	for _, w := range all {
		rows = append(rows, []string{w.Name, strconv.Itoa(w.Created), strconv.Itoa(w.Solved)})
	}
	return rows
}

func ratingDayRows(c *ui.Call, r *report.Report) [][]string {
	days := make([]report.Rated, len(r.Days))
	for i, d := range r.Days {
		days[i] = r.Satisfaction.Days[i]
		days[i].Name = d.At.String()
	}
	return ratedRows(c, c.T("reports.day"), days)
}

func ratedRows(c *ui.Call, head string, all []report.Rated) [][]string {
	rows := [][]string{{head, c.T("satisfaction.report.rated"), c.T("satisfaction.score.good")}}
	for _, one := range all {
		rows = append(rows, []string{one.Name, strconv.Itoa(one.N), strconv.Itoa(one.Good)})
	}
	return rows
}

func partnerRows(c *ui.Call, r *report.Report) [][]string {
	rows := [][]string{{c.T("reports.partner"), c.T("reports.out"), c.T("reports.in"), c.T("reports.live"), c.T("reports.waiting"), c.T("reports.answer.minutes")}}
	for _, p := range r.Partners {
		answer := ""
		if p.Answers.Of > 0 {
			answer = strconv.FormatFloat(p.Answers.Median.Minutes(), 'f', 1, 64)
		}
		rows = append(rows, []string{p.Name, strconv.Itoa(p.Out), strconv.Itoa(p.In), strconv.Itoa(p.Live), strconv.Itoa(p.Waiting), answer})
	}
	return rows
}
