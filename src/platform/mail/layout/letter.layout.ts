// Made of letter.mjml by `npm run mails`: change that file, not this one.
import { html, type Html } from '../../pages/html.js';

type Slot = string | Html | readonly Html[] | null;

/** What every mail is made of. Whatever is put into a slot is escaped, unless it is markup already. */
export const LETTER_LAYOUT = {
  ltr: {
    opening: ({ language, subject, preheader }: Readonly<Record<'language' | 'subject' | 'preheader', Slot>>): Html => html`<!doctype html>
<html lang="${language}" dir="ltr" xmlns="http://www.w3.org/1999/xhtml" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">
<head>
<title>${subject}</title>
<!--[if !mso]><!-->
<meta http-equiv="X-UA-Compatible" content="IE=edge">
<!--<![endif]-->
<meta http-equiv="Content-Type" content="text/html; charset=UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style type="text/css">
#outlook a { padding:0; }
body { margin:0;padding:0;-webkit-text-size-adjust:100%;-ms-text-size-adjust:100%; }
table, td { border-collapse:collapse;mso-table-lspace:0pt;mso-table-rspace:0pt; }
img { border:0;height:auto;line-height:100%; outline:none;text-decoration:none;-ms-interpolation-mode:bicubic; }
p { display:block;margin:13px 0; }
</style>
<!--[if mso]>
<noscript>
<xml>
<o:OfficeDocumentSettings>
<o:AllowPNG/>
<o:PixelsPerInch>96</o:PixelsPerInch>
</o:OfficeDocumentSettings>
</xml>
</noscript>
<![endif]-->
<!--[if lte mso 11]>
<style type="text/css">
.mj-outlook-group-fix { width:100% !important; }
</style>
<![endif]-->
<style type="text/css">
@media only screen and (min-width:480px) {
.mj-column-per-100 { width:100% !important; max-width: 100%; }
}
</style>
<style media="screen and (min-width:480px)">
.moz-text-html .mj-column-per-100 { width:100% !important; max-width: 100%; }
</style>
<style type="text/css">
:root {
color-scheme: light dark;
supported-color-schemes: light dark;
}
@media (prefers-color-scheme: dark) {
.paper,
.paper > div {
background-color: #141816 !important;
}
.ink div {
color: #eef2ef !important;
}
.soft div {
color: #b9c3bd !important;
}
.link a {
color: #86d3a4 !important;
}
.button td {
background: #86d3a4 !important;
}
.button a {
background: #86d3a4 !important;
color: #0c1a12 !important;
}
}
</style>
<meta name="color-scheme" content="light dark" /> <meta name="supported-color-schemes" content="light dark" />
</head>
<body  class="paper" style="word-spacing:normal;background-color:#ffffff;">
<div style="display:none;font-size:1px;color:#ffffff;line-height:1px;max-height:0px;max-width:0px;opacity:0;overflow:hidden;">${preheader}</div>
<div
aria-label="${subject}" aria-roledescription="email" role="article" lang="${language}" dir="ltr" style="word-spacing:normal;background-color:#ffffff;"
>
<!--[if mso | IE]><table align="center" border="0" cellpadding="0" cellspacing="0" class="" role="presentation" style="width:600px;" width="600" ><tr><td style="line-height:0px;font-size:0px;mso-line-height-rule:exactly;"><![endif]-->
<div  style="margin:0px auto;max-width:600px;">
<table
align="center" border="0" cellpadding="0" cellspacing="0" role="presentation" style="width:100%;"
>
<tbody>
<tr>
<td
style="direction:ltr;font-size:0px;padding:16px;text-align:center;"
>
<!--[if mso | IE]><table role="presentation" border="0" cellpadding="0" cellspacing="0"><tr><td class="" style="vertical-align:top;width:568px;" ><![endif]-->
<div
class="mj-column-per-100 mj-outlook-group-fix" style="font-size:0px;text-align:left;direction:ltr;display:inline-block;vertical-align:top;width:100%;"
>
<table
border="0" cellpadding="0" cellspacing="0" role="presentation" style="vertical-align:top;" width="100%"
>
<tbody>
`,
    paragraph: ({ text }: Readonly<Record<'text', Slot>>): Html => html`
<tr>
<td
align="left" class="ink" style="font-size:0px;padding:0 0 16px;word-break:break-word;"
>
<div
style="font-family:'Segoe UI', 'Noto Sans', 'Noto Sans Arabic', Tahoma, Arial, sans-serif;font-size:16px;line-height:1.6;text-align:left;color:#1a1f1c;"
>${text}</div>
</td>
</tr>
`,
    heading: ({ text }: Readonly<Record<'text', Slot>>): Html => html`
<tr>
<td
align="left" class="ink" style="font-size:0px;padding:24px 0 8px;word-break:break-word;"
>
<div
style="font-family:'Segoe UI', 'Noto Sans', 'Noto Sans Arabic', Tahoma, Arial, sans-serif;font-size:16px;line-height:1.6;text-align:left;color:#1a1f1c;"
><h2 style="margin: 0; font-size: 20px; line-height: 1.4; font-weight: 600">${text}</h2></div>
</td>
</tr>
`,
    state: ({ colour, text }: Readonly<Record<'colour' | 'text', Slot>>): Html => html`
<tr>
<td
align="left" class="ink" style="font-size:0px;padding:0 0 16px;word-break:break-word;"
>
<div
style="font-family:'Segoe UI', 'Noto Sans', 'Noto Sans Arabic', Tahoma, Arial, sans-serif;font-size:16px;line-height:1.6;text-align:left;color:#1a1f1c;"
><div style="border-left:4px solid ${colour};padding-left:12px">${text}</div></div>
</td>
</tr>
`,
    quote: ({ text }: Readonly<Record<'text', Slot>>): Html => html`
<tr>
<td
align="left" class="ink" style="font-size:0px;padding:0 0 16px;word-break:break-word;"
>
<div
style="font-family:'Segoe UI', 'Noto Sans', 'Noto Sans Arabic', Tahoma, Arial, sans-serif;font-size:16px;line-height:1.6;text-align:left;color:#1a1f1c;"
><blockquote dir="auto" style="margin: 0; border-left: 4px solid #767f79; padding-left: 12px">
<span style="white-space: pre-line">${text}</span>
</blockquote></div>
</td>
</tr>
`,
    list: ({ lead, entries }: Readonly<Record<'lead' | 'entries', Slot>>): Html => html`
<tr>
<td
align="left" class="ink" style="font-size:0px;padding:0 0 16px;word-break:break-word;"
>
<div
style="font-family:'Segoe UI', 'Noto Sans', 'Noto Sans Arabic', Tahoma, Arial, sans-serif;font-size:16px;line-height:1.6;text-align:left;color:#1a1f1c;"
>${lead}
<ul style="margin: 8px 0 0; margin-left: 24px; padding: 0">
${entries}
</ul></div>
</td>
</tr>
`,
    entry: ({ text, below }: Readonly<Record<'text' | 'below', Slot>>): Html => html`<li style="margin:0 0 8px">${text}${below}</li>`,
    below: ({ entries }: Readonly<Record<'entries', Slot>>): Html => html`<ul style="margin:4px 0 0;margin-left:20px;padding:0">${entries}</ul>`,
    button: ({ url, text }: Readonly<Record<'url' | 'text', Slot>>): Html => html`
<tr>
<td
align="left" class="button" style="font-size:0px;padding:8px 0;word-break:break-word;"
>
<table
border="0" cellpadding="0" cellspacing="0" role="presentation" style="border-collapse:separate;line-height:100%;"
>
<tbody>
<tr>
<td
align="center" bgcolor="#14532d" role="presentation" style="border:none;border-radius:4px;cursor:auto;mso-padding-alt:12px 24px;background:#14532d;" valign="middle"
>
<a
href="${url}" style="display:inline-block;background:#14532d;color:#ffffff;font-family:'Segoe UI', 'Noto Sans', 'Noto Sans Arabic', Tahoma, Arial, sans-serif;font-size:16px;font-weight:600;line-height:1.4;margin:0;text-decoration:none;text-transform:none;padding:12px 24px;mso-padding-alt:0px;border-radius:4px;" target="_blank"
>
${text}
</a>
</td>
</tr>
</tbody>
</table>
</td>
</tr>
<tr>
<td
align="left" class="ink link" style="font-size:0px;padding:0 0 16px;word-break:break-word;"
>
<div
style="font-family:'Segoe UI', 'Noto Sans', 'Noto Sans Arabic', Tahoma, Arial, sans-serif;font-size:14px;line-height:1.6;text-align:left;color:#1a1f1c;"
><bdi dir="ltr"
><a href="${url}" style="color: #14532d">${url}</a></bdi
></div>
</td>
</tr>
`,
    rule: (): Html => html`
<tr>
<td
align="center" style="font-size:0px;padding:8px 0 16px;word-break:break-word;"
>
<p
style="border-top:solid 1px #767f79;font-size:1px;margin:0px auto;width:100%;"
>
</p>
<!--[if mso | IE]><table align="center" border="0" cellpadding="0" cellspacing="0" style="border-top:solid 1px #767f79;font-size:1px;margin:0px auto;width:568px;" role="presentation" width="568px" ><tr><td style="height:0;line-height:0;"> &nbsp;
</td></tr></table><![endif]-->
</td>
</tr>
`,
    small: ({ text, link }: Readonly<Record<'text' | 'link', Slot>>): Html => html`
<tr>
<td
align="left" class="soft link" style="font-size:0px;padding:0 0 8px;word-break:break-word;"
>
<div
style="font-family:'Segoe UI', 'Noto Sans', 'Noto Sans Arabic', Tahoma, Arial, sans-serif;font-size:14px;line-height:1.6;text-align:left;color:#4a544e;"
>${text} ${link}</div>
</td>
</tr>
`,
    link: ({ url }: Readonly<Record<'url', Slot>>): Html => html`<bdi dir="ltr"><a href="${url}" style="color:#14532d">${url}</a></bdi>`,
    closing: (): Html => html`
</tbody>
</table>
</div>
<!--[if mso | IE]></td></tr></table><![endif]-->
</td>
</tr>
</tbody>
</table>
</div>
<!--[if mso | IE]></td></tr></table><![endif]-->
</div>
</body>
</html>
`,
  },
  rtl: {
    opening: ({ language, subject, preheader }: Readonly<Record<'language' | 'subject' | 'preheader', Slot>>): Html => html`<!doctype html>
<html lang="${language}" dir="rtl" xmlns="http://www.w3.org/1999/xhtml" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">
<head>
<title>${subject}</title>
<!--[if !mso]><!-->
<meta http-equiv="X-UA-Compatible" content="IE=edge">
<!--<![endif]-->
<meta http-equiv="Content-Type" content="text/html; charset=UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style type="text/css">
#outlook a { padding:0; }
body { margin:0;padding:0;-webkit-text-size-adjust:100%;-ms-text-size-adjust:100%; }
table, td { border-collapse:collapse;mso-table-lspace:0pt;mso-table-rspace:0pt; }
img { border:0;height:auto;line-height:100%; outline:none;text-decoration:none;-ms-interpolation-mode:bicubic; }
p { display:block;margin:13px 0; }
</style>
<!--[if mso]>
<noscript>
<xml>
<o:OfficeDocumentSettings>
<o:AllowPNG/>
<o:PixelsPerInch>96</o:PixelsPerInch>
</o:OfficeDocumentSettings>
</xml>
</noscript>
<![endif]-->
<!--[if lte mso 11]>
<style type="text/css">
.mj-outlook-group-fix { width:100% !important; }
</style>
<![endif]-->
<style type="text/css">
@media only screen and (min-width:480px) {
.mj-column-per-100 { width:100% !important; max-width: 100%; }
}
</style>
<style media="screen and (min-width:480px)">
.moz-text-html .mj-column-per-100 { width:100% !important; max-width: 100%; }
</style>
<style type="text/css">
:root {
color-scheme: light dark;
supported-color-schemes: light dark;
}
@media (prefers-color-scheme: dark) {
.paper,
.paper > div {
background-color: #141816 !important;
}
.ink div {
color: #eef2ef !important;
}
.soft div {
color: #b9c3bd !important;
}
.link a {
color: #86d3a4 !important;
}
.button td {
background: #86d3a4 !important;
}
.button a {
background: #86d3a4 !important;
color: #0c1a12 !important;
}
}
</style>
<meta name="color-scheme" content="light dark" /> <meta name="supported-color-schemes" content="light dark" />
</head>
<body  class="paper" style="word-spacing:normal;background-color:#ffffff;">
<div style="display:none;font-size:1px;color:#ffffff;line-height:1px;max-height:0px;max-width:0px;opacity:0;overflow:hidden;">${preheader}</div>
<div
aria-label="${subject}" aria-roledescription="email" role="article" lang="${language}" dir="rtl" style="word-spacing:normal;background-color:#ffffff;"
>
<!--[if mso | IE]><table align="center" border="0" cellpadding="0" cellspacing="0" class="" role="presentation" style="width:600px;" width="600" ><tr><td style="line-height:0px;font-size:0px;mso-line-height-rule:exactly;"><![endif]-->
<div  style="margin:0px auto;max-width:600px;">
<table
align="center" border="0" cellpadding="0" cellspacing="0" role="presentation" style="width:100%;"
>
<tbody>
<tr>
<td
style="direction:rtl;font-size:0px;padding:16px;text-align:center;"
>
<!--[if mso | IE]><table role="presentation" border="0" cellpadding="0" cellspacing="0"><tr><td class="" style="vertical-align:top;width:568px;" ><![endif]-->
<div
class="mj-column-per-100 mj-outlook-group-fix" style="font-size:0px;text-align:left;direction:rtl;display:inline-block;vertical-align:top;width:100%;"
>
<table
border="0" cellpadding="0" cellspacing="0" role="presentation" style="vertical-align:top;" width="100%"
>
<tbody>
`,
    paragraph: ({ text }: Readonly<Record<'text', Slot>>): Html => html`
<tr>
<td
align="right" class="ink" style="font-size:0px;padding:0 0 16px;word-break:break-word;"
>
<div
style="font-family:'Segoe UI', 'Noto Sans', 'Noto Sans Arabic', Tahoma, Arial, sans-serif;font-size:16px;line-height:1.6;text-align:right;color:#1a1f1c;"
>${text}</div>
</td>
</tr>
`,
    heading: ({ text }: Readonly<Record<'text', Slot>>): Html => html`
<tr>
<td
align="right" class="ink" style="font-size:0px;padding:24px 0 8px;word-break:break-word;"
>
<div
style="font-family:'Segoe UI', 'Noto Sans', 'Noto Sans Arabic', Tahoma, Arial, sans-serif;font-size:16px;line-height:1.6;text-align:right;color:#1a1f1c;"
><h2 style="margin: 0; font-size: 20px; line-height: 1.4; font-weight: 600">${text}</h2></div>
</td>
</tr>
`,
    state: ({ colour, text }: Readonly<Record<'colour' | 'text', Slot>>): Html => html`
<tr>
<td
align="right" class="ink" style="font-size:0px;padding:0 0 16px;word-break:break-word;"
>
<div
style="font-family:'Segoe UI', 'Noto Sans', 'Noto Sans Arabic', Tahoma, Arial, sans-serif;font-size:16px;line-height:1.6;text-align:right;color:#1a1f1c;"
><div style="border-right:4px solid ${colour};padding-right:12px">${text}</div></div>
</td>
</tr>
`,
    quote: ({ text }: Readonly<Record<'text', Slot>>): Html => html`
<tr>
<td
align="right" class="ink" style="font-size:0px;padding:0 0 16px;word-break:break-word;"
>
<div
style="font-family:'Segoe UI', 'Noto Sans', 'Noto Sans Arabic', Tahoma, Arial, sans-serif;font-size:16px;line-height:1.6;text-align:right;color:#1a1f1c;"
><blockquote dir="auto" style="margin: 0; border-right: 4px solid #767f79; padding-right: 12px">
<span style="white-space: pre-line">${text}</span>
</blockquote></div>
</td>
</tr>
`,
    list: ({ lead, entries }: Readonly<Record<'lead' | 'entries', Slot>>): Html => html`
<tr>
<td
align="right" class="ink" style="font-size:0px;padding:0 0 16px;word-break:break-word;"
>
<div
style="font-family:'Segoe UI', 'Noto Sans', 'Noto Sans Arabic', Tahoma, Arial, sans-serif;font-size:16px;line-height:1.6;text-align:right;color:#1a1f1c;"
>${lead}
<ul style="margin: 8px 0 0; margin-right: 24px; padding: 0">
${entries}
</ul></div>
</td>
</tr>
`,
    entry: ({ text, below }: Readonly<Record<'text' | 'below', Slot>>): Html => html`<li style="margin:0 0 8px">${text}${below}</li>`,
    below: ({ entries }: Readonly<Record<'entries', Slot>>): Html => html`<ul style="margin:4px 0 0;margin-right:20px;padding:0">${entries}</ul>`,
    button: ({ url, text }: Readonly<Record<'url' | 'text', Slot>>): Html => html`
<tr>
<td
align="right" class="button" style="font-size:0px;padding:8px 0;word-break:break-word;"
>
<table
border="0" cellpadding="0" cellspacing="0" role="presentation" style="border-collapse:separate;line-height:100%;"
>
<tbody>
<tr>
<td
align="center" bgcolor="#14532d" role="presentation" style="border:none;border-radius:4px;cursor:auto;mso-padding-alt:12px 24px;background:#14532d;" valign="middle"
>
<a
href="${url}" style="display:inline-block;background:#14532d;color:#ffffff;font-family:'Segoe UI', 'Noto Sans', 'Noto Sans Arabic', Tahoma, Arial, sans-serif;font-size:16px;font-weight:600;line-height:1.4;margin:0;text-decoration:none;text-transform:none;padding:12px 24px;mso-padding-alt:0px;border-radius:4px;" target="_blank"
>
${text}
</a>
</td>
</tr>
</tbody>
</table>
</td>
</tr>
<tr>
<td
align="right" class="ink link" style="font-size:0px;padding:0 0 16px;word-break:break-word;"
>
<div
style="font-family:'Segoe UI', 'Noto Sans', 'Noto Sans Arabic', Tahoma, Arial, sans-serif;font-size:14px;line-height:1.6;text-align:right;color:#1a1f1c;"
><bdi dir="ltr"
><a href="${url}" style="color: #14532d">${url}</a></bdi
></div>
</td>
</tr>
`,
    rule: (): Html => html`
<tr>
<td
align="center" style="font-size:0px;padding:8px 0 16px;word-break:break-word;"
>
<p
style="border-top:solid 1px #767f79;font-size:1px;margin:0px auto;width:100%;"
>
</p>
<!--[if mso | IE]><table align="center" border="0" cellpadding="0" cellspacing="0" style="border-top:solid 1px #767f79;font-size:1px;margin:0px auto;width:568px;" role="presentation" width="568px" ><tr><td style="height:0;line-height:0;"> &nbsp;
</td></tr></table><![endif]-->
</td>
</tr>
`,
    small: ({ text, link }: Readonly<Record<'text' | 'link', Slot>>): Html => html`
<tr>
<td
align="right" class="soft link" style="font-size:0px;padding:0 0 8px;word-break:break-word;"
>
<div
style="font-family:'Segoe UI', 'Noto Sans', 'Noto Sans Arabic', Tahoma, Arial, sans-serif;font-size:14px;line-height:1.6;text-align:right;color:#4a544e;"
>${text} ${link}</div>
</td>
</tr>
`,
    link: ({ url }: Readonly<Record<'url', Slot>>): Html => html`<bdi dir="ltr"><a href="${url}" style="color:#14532d">${url}</a></bdi>`,
    closing: (): Html => html`
</tbody>
</table>
</div>
<!--[if mso | IE]></td></tr></table><![endif]-->
</td>
</tr>
</tbody>
</table>
</div>
<!--[if mso | IE]></td></tr></table><![endif]-->
</div>
</body>
</html>
`,
  },
};
