import { addDays, type Day, type Holiday } from './reporting-calendar.js';

type Names = Readonly<Record<'en' | 'fr' | 'ar', string>>;

/** By month and day, `MM-DD`. */
const FIXED: Readonly<Record<string, Names>> = {
  '01-01': { en: 'New Year’s Day', fr: 'Jour de l’an', ar: 'رأس السنة الميلادية' },
  '05-01': { en: 'Labour Day', fr: 'Fête du travail', ar: 'يوم العمال' },
  '05-25': { en: 'Independence Day', fr: 'Fête de l’indépendance', ar: 'عيد الاستقلال' },
  '12-25': { en: 'Christmas Day', fr: 'Noël', ar: 'عيد الميلاد المجيد' },
};

const fitr = (day: number): Names => ({
  en: `Eid al-Fitr, day ${day}`,
  fr: `Aïd al-Fitr, jour ${day}`,
  ar: `عيد الفطر، اليوم ${day}`,
});
const adha = (day: number): Names => ({
  en: `Eid al-Adha, day ${day}`,
  fr: `Aïd al-Adha, jour ${day}`,
  ar: `عيد الأضحى، اليوم ${day}`,
});

/** By month and day of the Islamic calendar, as numbers: `10-1` is 1 Shawwal. */
const ISLAMIC: Readonly<Record<string, Names>> = {
  '1-1': { en: 'Islamic New Year', fr: 'Nouvel an de l’Hégire', ar: 'رأس السنة الهجرية' },
  '3-12': { en: 'Birthday of the Prophet', fr: 'Anniversaire du Prophète', ar: 'المولد النبوي الشريف' },
  '10-1': fitr(1),
  '10-2': fitr(2),
  '10-3': fitr(3),
  '12-9': { en: 'Day of Arafat', fr: 'Jour d’Arafat', ar: 'وقفة عرفة' },
  '12-10': adha(1),
  '12-11': adha(2),
  '12-12': adha(3),
  '12-13': adha(4),
};

/**
 * The public holidays of Jordan in a calendar year, which no holiday library knows. The Islamic ones follow the
 * calendar of Umm al-Qura and are only expected: a sighting of the moon decides, a day earlier or later.
 */
export function jordanHolidays(year: number): Holiday[] {
  return daysOf(year).flatMap((date) => {
    const [fixed, islamic] = [FIXED[date.slice(5)], ISLAMIC[islamicDay(date)]];
    return [
      ...(fixed ? [{ date, name: fixed.en, names: fixed }] : []),
      ...(islamic ? [{ date, name: islamic.en, names: islamic, expected: true }] : []),
    ];
  });
}

const ummAlQura = new Intl.DateTimeFormat('en-u-ca-islamic-umalqura-nu-latn', {
  timeZone: 'UTC',
  month: 'numeric',
  day: 'numeric',
});

/** Month and day of the Islamic calendar, for example `10-1`. */
function islamicDay(date: Day): string {
  const parts = ummAlQura.formatToParts(new Date(date));
  const part = (wanted: 'month' | 'day') => parts.find(({ type }) => type === wanted)?.value;
  return `${part('month')}-${part('day')}`;
}

function daysOf(year: number): Day[] {
  const days = Array.from({ length: 366 }, (_, later) => addDays(`${year}-01-01`, later));
  return days.filter((date) => date.startsWith(`${year}-`));
}
